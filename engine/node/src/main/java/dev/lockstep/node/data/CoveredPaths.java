package dev.lockstep.node.data;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Looks paths up below the interception: the engine never touches its own mount. */
final class CoveredPaths {
    private CoveredPaths() {}

    /** Whether a path relative to the root names a replicated object. Symbolic links are not followed. */
    static boolean exists(BackingTree tree, String path) throws DataFailure {
        long directory = StableId.ROOT;
        String[] names = path.split("/+", -1);
        for (int i = 0; i < names.length; i++) {
            if (names[i].isEmpty() || names[i].equals(".")) {
                continue;
            }
            Optional<DirectoryEntry> entry = find(tree, directory, names[i].getBytes(StandardCharsets.UTF_8));
            if (entry.isEmpty()) {
                return false;
            }
            if (entry.get().kind() != ObjectKind.DIRECTORY) {
                return i == names.length - 1;
            }
            directory = entry.get().id();
        }
        return true;
    }

    private static Optional<DirectoryEntry> find(BackingTree tree, long directory, byte[] name) throws DataFailure {
        try {
            return tree.entries(directory).stream()
                    .filter(entry -> Arrays.equals(entry.name(), name))
                    .findFirst();
        } catch (FileSystemFailure failure) {
            throw new DataFailure(
                    "The directory " + tree.describe(directory) + " cannot be read: " + failure.getMessage(), failure);
        }
    }
}
