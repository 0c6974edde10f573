package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.StableId;
import java.nio.charset.StandardCharsets;

/** Names of objects for messages: their paths relative to the root of the tree, as far as they have one. Thread-safe. */
public final class ObjectNames {
    private static final String OPERATION = "TREE";

    private final CoveredTree tree;

    ObjectNames(CoveredTree tree) {
        this.tree = tree;
    }

    /** Path of what a descriptor is open on, empty for the root itself. */
    String pathOf(int descriptor) {
        byte[] self = ("/proc/self/fd/" + descriptor).getBytes(StandardCharsets.US_ASCII);
        byte[] path = tree.calls().names().readLink(OPERATION, -1, self);
        if (path == null || path.length == 0) {
            return "?";
        }
        // The private mount is attached nowhere: paths in it begin at its own root.
        return new String(path, 1, path.length - 1, StandardCharsets.UTF_8);
    }

    /** Path of an object; {@code #id} when unknown. */
    public String of(long id) {
        if (id == StableId.ROOT) {
            return "/";
        }
        try (Descriptor object = tree.path(id)) {
            String path = object.failed() ? "" : pathOf(object.number());
            return path.isEmpty() ? "#" + Long.toHexString(id) : path;
        }
    }
}
