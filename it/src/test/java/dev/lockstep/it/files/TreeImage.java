package dev.lockstep.it.files;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything about a tree that a reader could tell apart: names, kinds, content, sizes, modes, owners, times, extended
 * attributes with the access control lists among them, and which names are one file. Not the time of access.
 */
final class TreeImage {
    /** The engine's own folder at the top of a replicated directory. */
    private static final String PRIVATE = ".lockstep";

    private static final int READ = 1 << 20;

    private final Map<String, String> objects = new TreeMap<>();
    private final Map<Long, TreeSet<String>> names = new TreeMap<>();

    private TreeImage() {}

    /** How exactly two trees shall agree. */
    enum Detail {
        /** Times of modification count. */
        WITH_TIMES,
        /** For files that are being written. */
        WITHOUT_TIMES,
        /**
         * For two trees to which the same was done, one through FUSE. Without times, without the engine's own labels, and
         * without set-gid where the group may not execute: a local file system takes that from a file when somebody writes
         * who is not in its group; the kernel does not tell a FUSE server who that is and asks it to leave it (fuse.h,
         * HANDLE_KILLPRIV_V2).
         */
        AS_DEEDS
    }

    private static final int REGULAR = 0100000;
    private static final int SET_GID = 02000;
    private static final int GROUP_EXECUTE = 010;

    /** Looks at a whole tree. */
    static TreeImage of(Path top, Detail detail) {
        TreeImage image = new TreeImage();
        byte[] path = top.toString().getBytes(StandardCharsets.UTF_8);
        if (Posix.lstat(path) == null) {
            throw new IllegalStateException("there is no " + top);
        }
        image.add(path, "", detail);
        image.addLinks();
        return image;
    }

    /** The differences from another tree, one line each; empty when there are none. */
    List<String> differences(TreeImage other) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> all = new TreeSet<>(objects.keySet());
        all.addAll(other.objects.keySet());
        for (String name : all) {
            String one = objects.get(name);
            String two = other.objects.get(name);
            if (one == null || two == null) {
                differences.add(name + ": only on the " + (one == null ? "second" : "first") + " side: "
                        + (one == null ? two : one));
            } else if (!one.equals(two)) {
                differences.add(name + ":\n    " + one + "\n    " + two);
            }
        }
        return differences;
    }

    int size() {
        return objects.size();
    }

    private void add(byte[] path, String shown, Detail detail) {
        Posix.Stat stat = Posix.lstat(path);
        StringBuilder facts = new StringBuilder();
        boolean directory = stat.type() == 0040000;
        facts.append(String.format("mode=%o owner=%d:%d", mode(stat, detail), stat.uid(), stat.gid()));
        if (!directory) {
            facts.append(" size=").append(stat.size()).append(" links=").append(stat.nlink());
            names.computeIfAbsent(stat.ino(), unseen -> new TreeSet<>()).add(shown);
        }
        switch (stat.type()) {
            case REGULAR -> facts.append(" content=").append(content(path, stat.size()));
            case 0120000 -> facts.append(" target=").append(show(Posix.readlink(path)));
            case 0020000, 0060000 -> facts.append(" device=").append(Long.toHexString(stat.rdev()));
            default -> {
                /* directories, pipes and sockets have nothing more */
            }
        }
        // A directory's own time, when nobody set it on purpose, is that of the last change of its entries on each
        // disk.
        if (detail == Detail.WITH_TIMES && !directory) {
            facts.append(" modified=").append(stat.mtime());
        }
        attributes(path, detail)
                .forEach((name, value) ->
                        facts.append(' ').append(name).append('=').append(value));
        objects.put(shown.isEmpty() ? "/" : shown, facts.toString());
        if (directory) {
            for (byte[] name : Posix.list(path)) {
                if (!shown.isEmpty() || !new String(name, StandardCharsets.ISO_8859_1).equals(PRIVATE)) {
                    add(join(path, name), shown + "/" + show(name), detail);
                }
            }
        }
    }

    private static int mode(Posix.Stat stat, Detail detail) {
        boolean ignored = detail == Detail.AS_DEEDS && stat.type() == REGULAR && (stat.mode() & GROUP_EXECUTE) == 0;
        return ignored ? stat.mode() & ~SET_GID : stat.mode();
    }

    private static Map<String, String> attributes(byte[] path, Detail detail) {
        Map<String, String> attributes = new TreeMap<>();
        for (String name : Posix.llistxattr(path)) {
            boolean ours = name.startsWith("trusted.lockstep");
            if (!ours || detail != Detail.AS_DEEDS) {
                byte[] value = Posix.lgetxattr(path, name);
                attributes.put(name, value == null ? "?" : HexFormat.of().formatHex(value));
            }
        }
        return attributes;
    }

    private void addLinks() {
        names.values().stream()
                .filter(same -> same.size() > 1)
                .forEach(same -> objects.put("one file: " + same, "yes"));
    }

    private static String content(byte[] path, long size) {
        int fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NOFOLLOW, 0);
        if (fd < 0) {
            return "unreadable, errno " + -fd;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long at = 0; at < size; at += READ) {
                byte[] part = Posix.pread(fd, (int) Math.min(READ, size - at), at);
                if (part == null) {
                    return "unreadable at " + at;
                }
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            Posix.close(fd);
        }
    }

    /** A name as it can be printed and told apart: what is not plain ASCII in hexadecimal. */
    static String show(byte[] name) {
        StringBuilder shown = new StringBuilder();
        for (byte b : name) {
            if (b >= 0x20 && b < 0x7f && b != '\\') {
                shown.append((char) b);
            } else {
                shown.append(String.format("\\x%02x", b));
            }
        }
        return shown.toString();
    }

    static byte[] join(byte[] directory, byte[] name) {
        byte[] joined = Arrays.copyOf(directory, directory.length + 1 + name.length);
        joined[directory.length] = '/';
        System.arraycopy(name, 0, joined, directory.length + 1, name.length);
        return joined;
    }
}
