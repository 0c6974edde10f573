package dev.lockstep.fuse;

import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.NameCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.sys.SystemCalls;
import dev.lockstep.fuse.sys.TimeSetting;
import dev.lockstep.fuse.tree.InodeFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * A seeded stream of file operations, each run on a mount and on an ordinary directory of the same file system: both must
 * give the same result.
 */
final class RandomOperations implements AutoCloseable {
    private static final String OPERATION = "TEST";
    private static final int NAMES = 7;
    private static final int HELD_MAX = 6;
    private static final int SIZE_MAX = 200_000;
    private static final int PAGE = 4096;
    private static final int SYNC = 0x08;
    private static final int NODUMP = 0x40;
    private static final int NOATIME = 0x80;
    /** version 2; user::rwx, user:1:r-x, group::r-x, mask::rwx, other::--- . */
    private static final byte[] ACL = HexFormat.of()
            .parseHex("02000000" + "01000700ffffffff" + "0200050001000000" + "04000500ffffffff" + "10000700ffffffff"
                    + "20000000ffffffff");

    private final SystemCalls calls = SystemCalls.linux();
    private final FileCalls files = calls.files();
    private final NameCalls names = calls.names();
    private final AttributeCalls attributes = calls.attributes();
    private final InodeFlags flags = new InodeFlags(files);
    private final Random random;
    private final byte[][] bases;
    private final List<int[]> held = new ArrayList<>();
    private final MemorySegment data = Arena.ofAuto().allocate(SIZE_MAX);
    private final Status status = new Status();
    private String last = "";

    RandomOperations(long seed, Path mount, Path reference) {
        random = new Random(seed);
        bases = new byte[][] {bytes(mount + "/"), bytes(reference + "/")};
        names.mask(OPERATION, 022);
    }

    /** One operation; null when both sides agree, else a sentence. */
    String step() {
        String path = path();
        String other = path();
        int mode = random.nextInt(010000);
        long[] results = switch (random.nextInt(23)) {
            case 0, 1 -> create(path);
            case 2 ->
                each(
                        "mkdir " + path,
                        base -> names.makeDirectory(OPERATION, AtFlags.FDCWD, at(base, path), mode & 07777));
            case 3 -> each("unlink " + path, base -> names.unlink(OPERATION, AtFlags.FDCWD, at(base, path), 0));
            case 4 ->
                each(
                        "rmdir " + path,
                        base -> names.unlink(OPERATION, AtFlags.FDCWD, at(base, path), AtFlags.REMOVEDIR));
            case 5, 6 -> rename(path, other);
            case 7 -> link(path, other);
            case 8 ->
                each(
                        "symlink " + path,
                        base -> names.makeSymbolicLink(OPERATION, bytes("to " + other), AtFlags.FDCWD, at(base, path)));
            case 9 -> special(path, mode);
            case 10 ->
                each(
                        "chmod " + path + " " + Integer.toOctalString(mode),
                        base -> on(base, path, fd -> attributes.changeMode(OPERATION, fd, mode)));
            case 11 -> owner(path);
            case 12 -> times(path);
            case 13, 14 -> extended(path);
            case 15, 16 -> write();
            case 17 -> allocate();
            case 19 -> nameless(path);
            case 20 -> linkHeld(path);
            case 21 -> flags(path);
            case 18 -> resize();
            default -> hold(path);
        };
        return results[0] == results[1]
                ? null
                : last + " gave " + results[0] + " on the mount and " + results[1] + " on an ordinary directory";
    }

    private long[] create(String path) {
        int mode = random.nextInt(02000);
        int flags = OpenFlags.RDWR | OpenFlags.CREAT | (random.nextBoolean() ? OpenFlags.EXCL : OpenFlags.TRUNC);
        int[] pair = new int[2];
        long[] results = each("create " + path, base -> {
            int fd = files.open(OPERATION, AtFlags.FDCWD, at(base, path), flags, mode);
            pair[base] = fd;
            return Math.min(fd, 0);
        });
        keep(pair);
        return results;
    }

    /** A file without a name, in a directory or where there is none. */
    private long[] nameless(String path) {
        String directory = random.nextBoolean() ? "." : path;
        int mode = random.nextInt(010000);
        int flags = OpenFlags.RDWR | OpenFlags.TMPFILE | (random.nextInt(4) == 0 ? OpenFlags.EXCL : 0);
        int[] pair = new int[2];
        long[] results = each("tmpfile in " + directory, base -> {
            int fd = files.open(OPERATION, AtFlags.FDCWD, at(base, directory), flags, mode);
            pair[base] = fd;
            return Math.min(fd, 0);
        });
        keep(pair);
        return results;
    }

    /** Names a file that is open, which may have names or not. */
    private long[] linkHeld(String path) {
        int[] pair = heldPair();
        return each("link of an open file as " + path, base -> {
            if (pair == null) {
                return 0;
            }
            int linked = names.link(OPERATION, pair[base], AtFlags.FDCWD, at(base, path));
            int known = attributes.status(OPERATION, pair[base], status);
            return linked < 0 || known < 0 ? Math.min(linked, known) : status.links();
        });
    }

    private long[] hold(String path) {
        int flags = random.nextInt(4) == 0 ? OpenFlags.RDWR | OpenFlags.TRUNC : OpenFlags.RDWR;
        int[] pair = new int[2];
        long[] results = each("open " + path + " " + flags, base -> {
            int fd = files.open(
                    OPERATION, AtFlags.FDCWD, at(base, path), flags | OpenFlags.NOFOLLOW | OpenFlags.NONBLOCK, 0);
            pair[base] = fd;
            return Math.min(fd, 0);
        });
        keep(pair);
        return results;
    }

    private void keep(int[] pair) {
        if (pair[0] >= 0 && pair[1] >= 0) {
            held.add(pair);
            if (held.size() > HELD_MAX) {
                close(held.remove(random.nextInt(held.size())));
            }
        } else {
            close(pair);
        }
    }

    private long[] rename(String path, String other) {
        int flags = new int[] {0, 0, 1, 2, 4}[random.nextInt(5)];
        return each(
                "rename " + path + " " + other + " " + flags,
                base -> names.rename(OPERATION, AtFlags.FDCWD, at(base, path), AtFlags.FDCWD, at(base, other), flags));
    }

    private long[] link(String path, String other) {
        return each(
                "link " + path + " " + other,
                base -> on(base, path, fd -> names.link(OPERATION, fd, AtFlags.FDCWD, at(base, other))));
    }

    private long[] special(String path, int mode) {
        int type = new int[] {0x1000, 0x2000, 0x6000, 0xC000, 0x8000}[random.nextInt(5)];
        int device = type == 0x2000 || type == 0x6000 ? 0x12345 : 0;
        return each(
                "mknod " + path,
                base -> names.makeNode(OPERATION, AtFlags.FDCWD, at(base, path), type | (mode & 0777), device));
    }

    private long[] owner(String path) {
        int uid = random.nextInt(3) - 1;
        int gid = random.nextInt(3) - 1;
        return each(
                "chown " + path + " " + uid + ":" + gid,
                base -> on(base, path, fd -> attributes.changeOwner(OPERATION, fd, uid, gid)));
    }

    private long[] times(String path) {
        TimeSetting accessed = random.nextInt(4) == 0 ? TimeSetting.OMIT : time();
        TimeSetting modified = random.nextInt(4) == 0 ? TimeSetting.NOW : time();
        return each(
                "utimens " + path,
                base -> on(base, path, fd -> attributes.changeTimes(OPERATION, fd, accessed, modified)));
    }

    /** From long before what ext4 can keep to long after it. */
    private TimeSetting time() {
        long seconds = random.nextLong(-(1L << 33), 1L << 35);
        return new TimeSetting(seconds, random.nextInt(1_000_000_000));
    }

    /** chattr with what forbids nothing; the result is what was there before, inherited flags among it. */
    private long[] flags(String path) {
        int wanted = random.nextInt(8);
        int chosen =
                ((wanted & 1) != 0 ? SYNC : 0) | ((wanted & 2) != 0 ? NODUMP : 0) | ((wanted & 4) != 0 ? NOATIME : 0);
        return each(
                "chattr " + path + " " + Integer.toHexString(chosen),
                base -> on(base, path, fd -> {
                    if (!status.isFile() && !status.isDirectory()) {
                        return 0;
                    }
                    int opened = files.reopen(OPERATION, fd, OpenFlags.RDONLY);
                    if (opened < 0) {
                        return opened;
                    }
                    long before = flags.get(OPERATION, opened);
                    int kept = (int) before & ~(SYNC | NODUMP | NOATIME);
                    int result = before < 0 ? (int) before : flags.set(OPERATION, opened, kept | chosen);
                    files.close(OPERATION, opened);
                    return result < 0 ? result : before & (SYNC | NODUMP | NOATIME);
                }));
    }

    private long[] extended(String path) {
        String name = new String[] {
                    "user.a", "user.b", "trusted.c", "system.posix_acl_access", "system.posix_acl_default", "security.d"
                }
                [random.nextInt(6)];
        if (random.nextInt(3) == 0) {
            return each(
                    "removexattr " + path + " " + name,
                    base -> on(base, path, fd -> attributes.removeAttribute(OPERATION, fd, bytes(name))));
        }
        byte[] value = name.startsWith("system") ? ACL : bytes("value " + random.nextInt());
        int flags = random.nextInt(3);
        return each(
                "setxattr " + path + " " + name + " " + flags,
                base -> on(base, path, fd -> {
                    MemorySegment.copy(value, 0, data, ValueLayout.JAVA_BYTE, 0, value.length);
                    return attributes.setAttribute(OPERATION, fd, bytes(name), data, 0, value.length, flags);
                }));
    }

    private long[] write() {
        int[] pair = heldPair();
        int length = random.nextInt(1, SIZE_MAX / 4);
        long offset = random.nextInt(SIZE_MAX);
        for (int i = 0; i < length; i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        long[] results = each(
                "write " + length + " at " + offset,
                base -> pair == null ? 0 : files.pwrite(OPERATION, pair[base], data, 0, length, offset));
        if (pair != null && random.nextInt(20) == 0) {
            each("fsync", base -> files.fsync(OPERATION, pair[base]));
        }
        return results;
    }

    private long[] allocate() {
        int[] pair = heldPair();
        // The kernel's FUSE refuses to collapse and insert (EOPNOTSUPP) before any server is asked.
        int mode = new int[] {0, 1, 3, 0x10, 0x11}[random.nextInt(5)];
        boolean aligned = random.nextBoolean();
        long offset = aligned ? random.nextInt(20) * (long) PAGE : random.nextInt(SIZE_MAX);
        long length = aligned ? random.nextInt(1, 10) * (long) PAGE : random.nextInt(1, SIZE_MAX / 4);
        return each(
                "fallocate " + mode + " " + offset + " " + length,
                base -> pair == null ? 0 : files.fallocate(OPERATION, pair[base], mode, offset, length));
    }

    private long[] resize() {
        int[] pair = heldPair();
        long size = random.nextInt(SIZE_MAX);
        return each("ftruncate " + size, base -> pair == null ? 0 : files.truncate(OPERATION, pair[base], size));
    }

    private int[] heldPair() {
        return held.isEmpty() ? null : held.get(random.nextInt(held.size()));
    }

    /** Closes everything held open. */
    @Override
    public void close() {
        held.forEach(this::close);
        held.clear();
    }

    private void close(int[] pair) {
        for (int fd : pair) {
            if (fd >= 0) {
                files.close(OPERATION, fd);
            }
        }
    }

    private interface Step {
        long run(int base);
    }

    private interface OnDescriptor {
        long run(int descriptor);
    }

    private long[] each(String description, Step step) {
        last = description;
        return new long[] {step.run(0), step.run(1)};
    }

    private long on(int base, String path, OnDescriptor step) {
        int fd = files.open(OPERATION, AtFlags.FDCWD, at(base, path), OpenFlags.PATH | OpenFlags.NOFOLLOW, 0);
        if (fd < 0) {
            return fd;
        }
        try {
            long result = attributes.status(OPERATION, fd, status) == -Errno.EIO ? -Errno.EIO : step.run(fd);
            return result;
        } finally {
            files.close(OPERATION, fd);
        }
    }

    private byte[] at(int base, String path) {
        byte[] name = path.getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[bases[base].length + name.length];
        System.arraycopy(bases[base], 0, whole, 0, bases[base].length);
        System.arraycopy(name, 0, whole, bases[base].length, name.length);
        return whole;
    }

    /** A path of one to three names, one of which is not UTF-8. */
    private String path() {
        StringBuilder path = new StringBuilder(name());
        for (int depth = random.nextInt(3); depth > 0; depth--) {
            path.append('/').append(name());
        }
        return path.toString();
    }

    private String name() {
        int number = random.nextInt(NAMES);
        return number == 0 ? "n\u00ff\u00e9" : "n" + number;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
