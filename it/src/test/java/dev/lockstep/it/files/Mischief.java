package dev.lockstep.it.files;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Draws deeds from a seed: everything an application can do to a directory tree, in any order, on few files. */
final class Mischief {
    private static final int SMALL = 3_000;
    private static final int LARGE = 3 << 20;
    private static final long FAR = 24L << 20;
    private static final int PAGE = 4096;
    private static final int[] OPEN_FLAGS = {
        0, 0, Posix.O_APPEND, Posix.O_DIRECT, Posix.O_SYNC, Posix.O_DSYNC, Posix.O_TRUNC, Posix.O_DIRECT | Posix.O_DSYNC
    };
    private static final int[] MODES = {0644, 0600, 0755, 0, 0666, 04755, 02775, 01777, 06711};
    private static final int[] IDS = {0, 0, 1000, 1001, 70_000};
    private static final String[] XATTRS = {"user.a", "user.a", "user.a", "user.b", "trusted.t", "security.capability"};
    private static final String[] ACLS = {"system.posix_acl_access", "system.posix_acl_default"};

    private final Random dice;
    private final Names names;

    Mischief(long seed) {
        this.dice = new Random(seed);
        this.names = new Names(dice);
    }

    /** The next deed. */
    Deed next() {
        return switch (dice.nextInt(21)) {
            case 0, 1 -> open();
            case 2, 3 -> writeAt();
            case 4 -> append();
            case 5 -> sized();
            case 6 -> allocate();
            case 7 -> mapped();
            case 8 -> flush();
            case 9, 10 -> rename();
            case 11 -> link();
            case 12 -> directory();
            case 13 -> special();
            case 14 -> remove();
            case 15 -> modeOrOwner();
            case 16 -> times();
            case 17 -> attribute();
            case 18 -> copy();
            case 19 -> nameless();
            default -> look();
        };
    }

    /** Who does the next deed: mostly root, sometimes somebody without rights. */
    int nextActor() {
        return dice.nextInt(8) == 0 ? 1000 : 0;
    }

    private Deed open() {
        byte[] path = names.any();
        int handle = dice.nextInt(Place.HANDLES);
        int flags = Posix.O_RDWR | Posix.O_CREAT | pick(OPEN_FLAGS) | (dice.nextInt(6) == 0 ? Posix.O_EXCL : 0);
        int mode = pick(MODES);
        return Deed.of(
                "open", "#" + handle + " " + show(path) + String.format(" flags=%o mode=%o", flags, mode), place -> {
                    int fd = Posix.open(place.path(path), flags, mode);
                    place.handle(handle, fd, (flags & Posix.O_DIRECT) != 0);
                    return fd < 0 ? result(fd) : "open";
                });
    }

    /** Opens a file that has no name, or gives what is open one. */
    private Deed nameless() {
        int handle = dice.nextInt(Place.HANDLES);
        if (dice.nextBoolean()) {
            byte[] path = names.any();
            return Deed.of(
                    "link-open",
                    "#" + handle + " as " + show(path),
                    place -> result(Posix.linkOpen(place.handle(handle), place.path(path))));
        }
        byte[] path = names.directory();
        int flags = Posix.O_RDWR | Posix.O_TMPFILE | (dice.nextInt(6) == 0 ? Posix.O_EXCL : 0);
        int mode = pick(MODES);
        return Deed.of("open-nameless", "#" + handle + String.format(" %s mode=%o", show(path), mode), place -> {
            int fd = Posix.open(place.path(path), flags, mode);
            place.handle(handle, fd, false);
            return fd < 0 ? result(fd) : "open";
        });
    }

    /** Unaligned direct writes are refused by some file systems and not by others: keeps to what is defined. */
    private Deed writeAt() {
        int handle = dice.nextInt(Place.HANDLES);
        byte[] data = data(dice.nextInt(10) == 0 ? LARGE : SMALL);
        long offset = dice.nextInt(6) == 0 ? dice.nextLong(FAR) : dice.nextInt(4 * SMALL);
        boolean aligned = dice.nextInt(3) == 0;
        byte[] written = aligned ? Arrays.copyOf(data, roundUp(data.length)) : data;
        long at = aligned ? offset / PAGE * PAGE : offset;
        return Deed.of("write", "#" + handle + " " + written.length + " at " + at, place -> {
            return aligned || !place.direct(handle)
                    ? result(Posix.pwrite(place.handle(handle), written, at))
                    : "not aligned";
        });
    }

    private Deed append() {
        int handle = dice.nextInt(Place.HANDLES);
        byte[] data = Arrays.copyOf(data(SMALL), PAGE);
        return Deed.of("append", "#" + handle, place -> result(Posix.write(place.handle(handle), data)));
    }

    private Deed sized() {
        long size = dice.nextInt(4) == 0 ? dice.nextLong(FAR) : dice.nextInt(SMALL * 2);
        if (dice.nextBoolean()) {
            byte[] path = names.any();
            return Deed.of(
                    "truncate", show(path) + " to " + size, place -> result(Posix.truncate(place.path(path), size)));
        }
        int handle = dice.nextInt(Place.HANDLES);
        return Deed.of(
                "ftruncate",
                "#" + handle + " to " + size,
                place -> result(Posix.ftruncate(place.handle(handle), size)));
    }

    private Deed allocate() {
        int handle = dice.nextInt(Place.HANDLES);
        // plain, keep size, punch hole, zero range, zero range keeping the size
        int mode = pick(new int[] {0, 1, 3, 0x10, 0x11});
        long offset = dice.nextInt(4 * SMALL);
        long length = 1L + dice.nextInt(LARGE);
        return Deed.of(
                "fallocate",
                "#" + handle + " mode=" + mode + " " + length + " at " + offset,
                place -> result(Posix.fallocate(place.handle(handle), mode, offset, length)));
    }

    private Deed mapped() {
        int handle = dice.nextInt(Place.HANDLES);
        byte[] data = data(PAGE * 2);
        return Deed.of("mmap", "#" + handle + " " + data.length, place -> {
            // Stores past the end of a file are a signal, not a result.
            byte[] there = Posix.pread(place.handle(handle), roundUp(data.length), 0);
            return there == null || there.length < roundUp(data.length)
                    ? "too short"
                    : result(Posix.writeMapped(place.handle(handle), data, 0));
        });
    }

    private Deed flush() {
        int handle = dice.nextInt(Place.HANDLES);
        return switch (dice.nextInt(3)) {
            case 0 -> Deed.of("fsync", "#" + handle, place -> result(Posix.fsync(place.handle(handle))));
            case 1 -> Deed.of("fdatasync", "#" + handle, place -> result(Posix.fdatasync(place.handle(handle))));
            default -> Deed.of("syncfs", "#" + handle, place -> result(Posix.syncfs(place.handle(handle))));
        };
    }

    private Deed rename() {
        byte[] from = dice.nextInt(3) == 0 ? names.directory() : names.any();
        byte[] to = dice.nextInt(3) == 0 ? names.directory() : names.any();
        int flags = dice.nextInt(3);
        String kind = List.of("rename", "rename-noreplace", "rename-exchange").get(flags);
        return Deed.of(
                kind,
                show(from) + " to " + show(to),
                place -> result(Posix.rename(place.path(from), place.path(to), flags)));
    }

    private Deed link() {
        byte[] from = names.any();
        byte[] to = names.any();
        if (dice.nextBoolean()) {
            return Deed.of(
                    "link",
                    show(from) + " as " + show(to),
                    place -> result(Posix.link(place.path(from), place.path(to))));
        }
        return Deed.of("symlink", show(to) + " to " + show(from), place -> result(Posix.symlink(from, place.path(to))));
    }

    private Deed directory() {
        byte[] path = names.directory();
        int mode = pick(MODES);
        return dice.nextInt(4) == 0
                ? Deed.of("rmdir", show(path), place -> result(Posix.rmdir(place.path(path))))
                : Deed.of("mkdir", show(path), place -> result(Posix.mkdir(place.path(path), mode)));
    }

    private Deed special() {
        byte[] path = names.any();
        int type = pick(new int[] {0010000, 0140000, 0020000, 0060000, 0100000});
        int mode = type | (pick(MODES) & 0777);
        long device = type == 0020000 || type == 0060000 ? 0x0103 : 0;
        return Deed.of(
                "mknod",
                show(path) + String.format(" %o", mode),
                place -> result(Posix.mknod(place.path(path), mode, device)));
    }

    private Deed remove() {
        byte[] path = names.any();
        return Deed.of("unlink", show(path), place -> result(Posix.unlink(place.path(path))));
    }

    private Deed modeOrOwner() {
        byte[] path = dice.nextInt(4) == 0 ? names.directory() : names.any();
        int handle = dice.nextInt(Place.HANDLES);
        int mode = pick(MODES);
        int uid = pick(IDS);
        int gid = pick(IDS);
        return switch (dice.nextInt(3)) {
            case 0 ->
                Deed.of(
                        "chmod",
                        show(path) + String.format(" %o", mode),
                        place -> result(Posix.chmod(place.path(path), mode)));
            case 1 ->
                Deed.of(
                        "fchmod",
                        "#" + handle + String.format(" %o", mode),
                        place -> result(Posix.fchmod(place.handle(handle), mode)));
            default ->
                Deed.of(
                        "chown",
                        show(path) + " " + uid + ":" + gid,
                        place -> result(Posix.lchown(place.path(path), uid, gid)));
        };
    }

    private Deed times() {
        byte[] path = names.any();
        // From long before what ext4 can keep to long after it.
        Instant modified = Instant.ofEpochSecond(dice.nextLong(-(1L << 33), 1L << 35), dice.nextInt(1_000_000_000));
        return Deed.of("utimens", show(path) + " " + modified, place -> {
            int set = Posix.utimens(place.path(path), modified, modified);
            Posix.Stat stat = Posix.lstat(place.path(path));
            return result(set) + (set == 0 && stat != null ? " " + stat.mtime() : "");
        });
    }

    private Deed attribute() {
        byte[] path = dice.nextInt(3) == 0 ? names.directory() : names.any();
        if (dice.nextInt(3) == 0) {
            String acl = ACLS[dice.nextInt(ACLS.length)];
            byte[] value = AccessList.draw(dice);
            return dice.nextInt(5) == 0
                    ? Deed.of(
                            "remove-acl",
                            show(path) + " " + acl,
                            place -> result(Posix.lremovexattr(place.path(path), acl)))
                    : Deed.of(
                            "set-acl",
                            show(path) + " " + acl + " " + HexFormat.of().formatHex(value),
                            place -> result(Posix.lsetxattr(place.path(path), acl, value)));
        }
        String name = XATTRS[dice.nextInt(XATTRS.length)];
        byte[] value = name.startsWith("security") ? AccessList.capability() : data(dice.nextInt(5) == 0 ? 3000 : 40);
        return dice.nextInt(4) == 0
                ? Deed.of(
                        "removexattr",
                        show(path) + " " + name,
                        place -> result(Posix.lremovexattr(place.path(path), name)))
                : Deed.of(
                        "setxattr",
                        show(path) + " " + name + " " + value.length,
                        place -> result(Posix.lsetxattr(place.path(path), name, value)));
    }

    private Deed copy() {
        int from = dice.nextInt(Place.HANDLES);
        int to = dice.nextInt(Place.HANDLES);
        long fromOffset = dice.nextInt(SMALL);
        long toOffset = dice.nextInt(SMALL * 3);
        long length = 1L + dice.nextInt(SMALL * 2);
        return Deed.of(
                "copy_file_range",
                "#" + from + " to #" + to,
                place -> place.direct(from) || place.direct(to)
                        ? "direct"
                        : result(Posix.copyRange(place.handle(from), fromOffset, place.handle(to), toOffset, length)));
    }

    private Deed look() {
        byte[] path = names.any();
        int handle = dice.nextInt(Place.HANDLES);
        return switch (dice.nextInt(4)) {
            case 0 ->
                Deed.of("stat", show(path), place -> {
                    Posix.Stat stat = Posix.lstat(place.path(path));
                    return stat == null
                            ? "nothing"
                            : String.format("%o %d:%d", stat.mode(), stat.uid(), stat.gid())
                                    + (stat.type() == 0040000 ? "" : " " + stat.size() + " " + stat.nlink());
                });
            case 1 ->
                Deed.of("read", "#" + handle, place -> {
                    byte[] content = Posix.pread(place.handle(handle), PAGE * 4, 0);
                    return content == null ? "unreadable" : content.length + " " + Arrays.hashCode(content);
                });
            case 2 ->
                Deed.of("readlink", show(path), place -> {
                    byte[] target = Posix.readlink(place.path(path));
                    return target == null ? "none" : TreeImage.show(target);
                });
            default ->
                Deed.of("list", "/", place -> {
                    List<String> found = new ArrayList<>();
                    List<byte[]> entries = Posix.list(place.path(new byte[0]));
                    if (entries != null) {
                        entries.forEach(name -> found.add(TreeImage.show(name)));
                    }
                    found.remove(".lockstep");
                    found.sort(null);
                    return found.toString();
                });
        };
    }

    private byte[] data(int sizeMax) {
        byte[] data = new byte[1 + dice.nextInt(sizeMax)];
        dice.nextBytes(data);
        return data;
    }

    private int pick(int[] from) {
        return from[dice.nextInt(from.length)];
    }

    private static int roundUp(int length) {
        return (length + PAGE - 1) / PAGE * PAGE;
    }

    private static String show(byte[] path) {
        return path.length > 60 ? "x*" + path.length : "/" + TreeImage.show(path);
    }

    private static String result(long value) {
        return value < 0 ? "errno " + -value : Long.toString(value);
    }
}
