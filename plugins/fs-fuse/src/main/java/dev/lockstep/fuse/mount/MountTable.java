package dev.lockstep.fuse.mount;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The mounts of a namespace, from {@code /proc/PID/mountinfo} (proc(5)). */
record MountTable(List<MountEntry> entries) {
    private static final Path OWN = Path.of("/proc/self/mountinfo");

    /** The mounts of this process's namespace. */
    static MountTable read() throws IOException {
        return read(OWN);
    }

    /** The mounts in one file of this form. */
    static MountTable read(Path file) throws IOException {
        return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }

    /** Parses the text of such a file; lines of another form are left out. */
    static MountTable parse(String text) {
        List<MountEntry> entries = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] fields = line.split(" ", -1);
            int separator = 6;
            while (separator < fields.length && !fields[separator].equals("-")) {
                separator++;
            }
            if (separator + 1 < fields.length) {
                entries.add(new MountEntry(
                        Long.parseLong(fields[0]),
                        Long.parseLong(fields[1]),
                        fields[2],
                        unescape(fields[3]),
                        unescape(fields[4]),
                        Set.copyOf(List.of(fields[5].split(","))),
                        fields[separator + 1]));
            }
        }
        return new MountTable(List.copyOf(entries));
    }

    /** The uppermost mount exactly at a directory. */
    Optional<MountEntry> top(Path directory) {
        MountEntry top = null;
        for (MountEntry entry : entries) {
            if (entry.point().equals(directory.toString())) {
                top = entry;
            }
        }
        return Optional.ofNullable(top);
    }

    /** Why whoever opens a directory does not meet this mount; empty if they do. */
    Optional<String> misses(Path directory, long mount) {
        Optional<MountEntry> top = top(directory);
        if (top.isPresent() && top.get().id() == mount) {
            return Optional.empty();
        }
        return Optional.of(
                entries.stream().anyMatch(entry -> entry.id() == mount)
                        ? "something else was mounted over it"
                        : "it was unmounted by hand");
    }

    /** Mounts at or below a directory that are not exactly at it. */
    List<MountEntry> below(Path directory) {
        String prefix = directory + "/";
        return entries.stream()
                .filter(entry -> entry.point().startsWith(prefix))
                .toList();
    }

    /** The mount a directory lies in when nothing is mounted exactly at it. */
    Optional<MountEntry> around(Path directory) {
        MountEntry found = null;
        for (MountEntry entry : entries) {
            boolean contains = entry.point().equals("/") || (directory + "/").startsWith(entry.point() + "/");
            boolean exact = entry.point().equals(directory.toString());
            if (contains
                    && !exact
                    && (found == null || entry.point().length() >= found.point().length())) {
                found = entry;
            }
        }
        return Optional.ofNullable(found);
    }

    /** Directory of the file system that a path shows which lies in this mount. */
    static String rootOf(MountEntry mount, Path directory) {
        Path relative = Path.of(mount.point()).relativize(directory);
        return Path.of(mount.root()).resolve(relative).normalize().toString();
    }

    /** Whether a mount is a read-only view of the directory it lies on: a guard. */
    boolean isGuard(MountEntry entry) {
        Path point = Path.of(entry.point());
        return entry.readOnly()
                && !entry.isLockstep()
                && around(point)
                        .filter(outer -> outer.device().equals(entry.device()))
                        .map(outer -> rootOf(outer, point).equals(entry.root()))
                        .orElse(false);
    }

    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 3 < bytes.length) {
                out.write(Integer.parseInt(new String(bytes, i + 1, 3, StandardCharsets.US_ASCII), 8));
                i += 3;
            } else {
                out.write(bytes[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
