package dev.lockstep.node.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells mounts that this engine made, and guards it left behind, from those of others. Where there is no mount table, there are none. */
final class OwnMounts {
    /** Type of the mounts through which a replicated directory is seen. */
    private static final String TYPE = "fuse.lockstep";

    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final Logger LOG = LoggerFactory.getLogger(OwnMounts.class);

    private OwnMounts() {}

    record Mount(String device, String root, String point, boolean readOnly, String type) {}

    /** Whether a mount of this engine lies at a path. */
    static boolean at(String path) {
        return mounts().stream()
                .anyMatch(mount -> mount.point().equals(path) && mount.type().equals(TYPE));
    }

    /** Whether something is mounted at a path that this engine did not mount. */
    static boolean foreignAt(String path) {
        List<Mount> mounts = mounts();
        return mounts.stream()
                .filter(mount -> mount.point().equals(path))
                .anyMatch(mount -> !mount.type().equals(TYPE) && !isGuard(mount, mounts));
    }

    /** A read-only view of the very directory it lies on, which the engine leaves when it ends. */
    private static boolean isGuard(Mount mount, List<Mount> mounts) {
        Path point = Path.of(mount.point());
        return mount.readOnly()
                && mounts.stream()
                        .filter(outer -> !outer.point().equals(mount.point())
                                && point.startsWith(Path.of(outer.point()))
                                && outer.device().equals(mount.device()))
                        .anyMatch(outer -> Path.of(outer.root())
                                .resolve(Path.of(outer.point()).relativize(point))
                                .normalize()
                                .equals(Path.of(mount.root())));
    }

    /** The type of the file system a path lies on, mounts of this engine looked through; empty if it cannot be told. */
    static Optional<String> typeBelow(Path path) {
        return typeBelow(path, mounts());
    }

    static Optional<String> typeBelow(Path path, List<Mount> mounts) {
        Optional<Mount> found = Optional.empty();
        for (Mount mount : mounts) {
            Path point = Path.of(mount.point());
            // of two at the same place the later one is on top
            boolean nearer =
                    found.isEmpty() || point.startsWith(Path.of(found.get().point()));
            if (path.startsWith(point) && nearer && !mount.type().equals(TYPE)) {
                found = Optional.of(mount);
            }
        }
        return found.map(Mount::type);
    }

    private static List<Mount> mounts() {
        if (!Files.exists(TABLE)) {
            return List.of();
        }
        try {
            return parsed(Files.readAllLines(TABLE));
        } catch (IOException unreadable) {
            LOG.warn("the mount table {} cannot be read", TABLE, unreadable);
            return List.of();
        }
    }

    static List<Mount> parsed(List<String> table) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : table) {
            String[] fields = line.split(" ", -1);
            int separator = List.of(fields).indexOf("-");
            if (separator > 5 && separator + 1 < fields.length) {
                mounts.add(new Mount(
                        fields[2],
                        unescaped(fields[3]),
                        unescaped(fields[4]),
                        List.of(fields[5].split(",", -1)).contains("ro"),
                        fields[separator + 1]));
            }
        }
        return mounts;
    }

    /** The table writes blanks and their like as three octal digits after a backslash. */
    private static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
