package dev.lockstep.it.files;

import static dev.lockstep.it.files.NativeCall.call;
import static dev.lockstep.it.files.NativeCall.i;
import static dev.lockstep.it.files.NativeCall.l;
import static dev.lockstep.it.files.NativeCall.m;
import static dev.lockstep.it.files.NativeCall.text;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The system calls applications make on files, with names as bytes. A result below zero is the negated errno. Layouts are those
 * of 64-bit Linux with glibc.
 */
final class Posix {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_TRUNC = 01000;
    static final int O_APPEND = 02000;
    static final int O_DSYNC = 010000;
    static final int O_DIRECT = 040000;
    static final int O_SYNC = 04010000;
    static final int O_DIRECTORY = 0200000;
    static final int O_NOFOLLOW = 0400000;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;
    static final int O_TMPFILE = 020000000 | O_DIRECTORY;

    static final int ENOENT = 2;
    static final int EINVAL = 22;
    static final int EOPNOTSUPP = 95;

    /** Alignment that every file system accepts for O_DIRECT. */
    static final int DIRECT_ALIGNMENT = 4096;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int STATX_BASIC = 0x7ff;
    private static final int NAME_MAX = 4096;
    private static final int XATTR_MAX = 1 << 16;
    private static final int DIRENT_RECLEN = 16;
    private static final int DIRENT_NAME = 19;

    private Posix() {}

    /** What a file is. */
    record Stat(
            int mode,
            int nlink,
            int uid,
            int gid,
            long ino,
            long size,
            long blocks,
            long rdev,
            Instant mtime,
            Instant atime) {
        int type() {
            return mode & 0170000;
        }
    }

    static int open(byte[] path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(arena, "open", JAVA_INT, 2, text(arena, path), i(flags | O_CLOEXEC), i(mode));
        }
    }

    static int close(int fd) {
        return simple("close", i(fd));
    }

    static long pwrite(int fd, byte[] data, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, data.length), DIRECT_ALIGNMENT);
            MemorySegment.copy(data, 0, buffer, JAVA_BYTE, 0, data.length);
            return call(arena, "pwrite", JAVA_LONG, -1, i(fd), m(buffer), l(data.length), l(offset));
        }
    }

    static long write(int fd, byte[] data) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, data.length), DIRECT_ALIGNMENT);
            MemorySegment.copy(data, 0, buffer, JAVA_BYTE, 0, data.length);
            return call(arena, "write", JAVA_LONG, -1, i(fd), m(buffer), l(data.length));
        }
    }

    /** Reads at most {@code length} bytes; null for an error. */
    static byte[] pread(int fd, int length, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, length), DIRECT_ALIGNMENT);
            long got = call(arena, "pread", JAVA_LONG, -1, i(fd), m(buffer), l(length), l(offset));
            return got < 0 ? null : buffer.asSlice(0, got).toArray(JAVA_BYTE);
        }
    }

    static int fsync(int fd) {
        return simple("fsync", i(fd));
    }

    static int fdatasync(int fd) {
        return simple("fdatasync", i(fd));
    }

    static int syncfs(int fd) {
        return simple("syncfs", i(fd));
    }

    static int ftruncate(int fd, long size) {
        return simple("ftruncate", i(fd), l(size));
    }

    static int fallocate(int fd, int mode, long offset, long length) {
        return simple("fallocate", i(fd), i(mode), l(offset), l(length));
    }

    static int fchmod(int fd, int mode) {
        return simple("fchmod", i(fd), i(mode));
    }

    static int truncate(byte[] path, long size) {
        return onPath("truncate", path, l(size));
    }

    static int chmod(byte[] path, int mode) {
        return onPath("chmod", path, i(mode));
    }

    static int lchown(byte[] path, int uid, int gid) {
        return onPath("lchown", path, i(uid), i(gid));
    }

    static int mkdir(byte[] path, int mode) {
        return onPath("mkdir", path, i(mode));
    }

    static int mknod(byte[] path, int mode, long device) {
        return onPath("mknod", path, i(mode), l(device));
    }

    static int unlink(byte[] path) {
        return onPath("unlink", path);
    }

    static int rmdir(byte[] path) {
        return onPath("rmdir", path);
    }

    static int link(byte[] from, byte[] to) {
        return onPaths("link", from, to);
    }

    /** Gives what is open a name. */
    static int linkOpen(int fd, byte[] to) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(
                    arena,
                    "linkat",
                    JAVA_INT,
                    -1,
                    i(AT_FDCWD),
                    m(arena.allocateFrom("/proc/self/fd/" + fd)),
                    i(AT_FDCWD),
                    text(arena, to),
                    i(AT_SYMLINK_FOLLOW));
        }
    }

    static int symlink(byte[] target, byte[] path) {
        return onPaths("symlink", target, path);
    }

    static int rename(byte[] from, byte[] to, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(
                    arena,
                    "renameat2",
                    JAVA_INT,
                    -1,
                    i(AT_FDCWD),
                    text(arena, from),
                    i(AT_FDCWD),
                    text(arena, to),
                    i(flags));
        }
    }

    /** The target of a symbolic link; null for an error. */
    static byte[] readlink(byte[] path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(NAME_MAX);
            long got = call(arena, "readlink", JAVA_LONG, -1, text(arena, path), m(buffer), l(NAME_MAX));
            return got < 0 ? null : buffer.asSlice(0, got).toArray(JAVA_BYTE);
        }
    }

    static int utimens(byte[] path, Instant accessed, Instant modified) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment times = arena.allocateFrom(
                    JAVA_LONG,
                    accessed.getEpochSecond(),
                    accessed.getNano(),
                    modified.getEpochSecond(),
                    modified.getNano());
            return (int) call(
                    arena, "utimensat", JAVA_INT, -1, i(AT_FDCWD), text(arena, path), m(times), i(AT_SYMLINK_NOFOLLOW));
        }
    }

    static int lsetxattr(byte[] path, String name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(
                    arena,
                    "lsetxattr",
                    JAVA_INT,
                    -1,
                    text(arena, path),
                    m(arena.allocateFrom(name)),
                    m(value.length == 0 ? arena.allocate(1) : arena.allocateFrom(JAVA_BYTE, value)),
                    l(value.length),
                    i(0));
        }
    }

    static int lremovexattr(byte[] path, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(arena, "lremovexattr", JAVA_INT, -1, text(arena, path), m(arena.allocateFrom(name)));
        }
    }

    /** The value of an extended attribute; null for an error. */
    static byte[] lgetxattr(byte[] path, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(XATTR_MAX);
            long got = call(
                    arena,
                    "lgetxattr",
                    JAVA_LONG,
                    -1,
                    text(arena, path),
                    m(arena.allocateFrom(name)),
                    m(buffer),
                    l(XATTR_MAX));
            return got < 0 ? null : buffer.asSlice(0, got).toArray(JAVA_BYTE);
        }
    }

    /** The names of the extended attributes, empty for an error. */
    static List<String> llistxattr(byte[] path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(XATTR_MAX);
            long got = call(arena, "llistxattr", JAVA_LONG, -1, text(arena, path), m(buffer), l(XATTR_MAX));
            List<String> names = new ArrayList<>();
            for (long at = 0; at < got; ) {
                String name = buffer.getString(at);
                names.add(name);
                at += name.length() + 1;
            }
            return names;
        }
    }

    /** What a path is, without following a last symbolic link; null if there is nothing. */
    static Stat lstat(byte[] path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buf = arena.allocate(256, 8);
            long result = call(
                    arena,
                    "statx",
                    JAVA_INT,
                    -1,
                    i(AT_FDCWD),
                    text(arena, path),
                    i(AT_SYMLINK_NOFOLLOW),
                    i(STATX_BASIC),
                    m(buf));
            return result < 0
                    ? null
                    : new Stat(
                            Short.toUnsignedInt(buf.get(JAVA_SHORT, 28)),
                            buf.get(JAVA_INT, 16),
                            buf.get(JAVA_INT, 20),
                            buf.get(JAVA_INT, 24),
                            buf.get(JAVA_LONG, 32),
                            buf.get(JAVA_LONG, 40),
                            buf.get(JAVA_LONG, 48),
                            ((long) buf.get(JAVA_INT, 128) << 32) | buf.get(JAVA_INT, 132),
                            Instant.ofEpochSecond(buf.get(JAVA_LONG, 112), buf.get(JAVA_INT, 120)),
                            Instant.ofEpochSecond(buf.get(JAVA_LONG, 64), buf.get(JAVA_INT, 72)));
        }
    }

    /** The names in a directory without . and .. in no order; null if it cannot be read. */
    static List<byte[]> list(byte[] directory) {
        int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
        if (fd < 0) {
            return null;
        }
        List<byte[]> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(XATTR_MAX, 8);
            long got;
            while ((got = call(arena, "getdents64", JAVA_LONG, -1, i(fd), m(buffer), l(XATTR_MAX))) > 0) {
                for (long at = 0; at < got; ) {
                    int length = Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + DIRENT_RECLEN));
                    byte[] name = textAt(buffer, at + DIRENT_NAME);
                    if (!Arrays.equals(name, new byte[] {'.'}) && !Arrays.equals(name, new byte[] {'.', '.'})) {
                        names.add(name);
                    }
                    at += length;
                }
            }
            return got < 0 ? null : names;
        } finally {
            close(fd);
        }
    }

    /** Writes through a shared mapping and flushes it; the file must reach as far. */
    static int writeMapped(int fd, byte[] data, long pageOffset) {
        try (Arena arena = Arena.ofConfined()) {
            long address = call(arena, "mmap", JAVA_LONG, -1, l(0), l(data.length), i(3), i(1), i(fd), l(pageOffset));
            if (address < 0) {
                return (int) address;
            }
            MemorySegment.copy(
                    data, 0, MemorySegment.ofAddress(address).reinterpret(data.length), JAVA_BYTE, 0, data.length);
            int flushed = (int) call(arena, "msync", JAVA_INT, -1, l(address), l(data.length), i(4));
            call(arena, "munmap", JAVA_INT, -1, l(address), l(data.length));
            return flushed;
        }
    }

    /** Copies inside the kernel from one open file to another. */
    static long copyRange(int from, long fromOffset, int to, long toOffset, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocateFrom(JAVA_LONG, fromOffset);
            MemorySegment out = arena.allocateFrom(JAVA_LONG, toOffset);
            return call(arena, "copy_file_range", JAVA_LONG, -1, i(from), m(in), i(to), m(out), l(length), i(0));
        }
    }

    /** The calling thread accesses files as this user and group from now on. */
    static void actAs(int id) {
        if (id == 0) {
            simple("setfsuid", i(0));
            simple("setfsgid", i(0));
        } else {
            simple("setfsgid", i(id));
            simple("setfsuid", i(id));
        }
    }

    private static byte[] textAt(MemorySegment buffer, long start) {
        long end = start;
        while (buffer.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return buffer.asSlice(start, end - start).toArray(JAVA_BYTE);
    }

    private static int onPath(String name, byte[] path, NativeCall.Argument... more) {
        try (Arena arena = Arena.ofConfined()) {
            NativeCall.Argument[] all = new NativeCall.Argument[more.length + 1];
            all[0] = text(arena, path);
            System.arraycopy(more, 0, all, 1, more.length);
            return (int) call(arena, name, JAVA_INT, -1, all);
        }
    }

    private static int onPaths(String name, byte[] one, byte[] two) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(arena, name, JAVA_INT, -1, text(arena, one), text(arena, two));
        }
    }

    private static int simple(String name, NativeCall.Argument... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) call(arena, name, JAVA_INT, -1, arguments);
        }
    }
}
