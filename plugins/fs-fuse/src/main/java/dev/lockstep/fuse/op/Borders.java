package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.tree.CoveredTree;

/**
 * Where replicated and not replicated paths meet. An object is one or the other for its whole life; a new name on the other side
 * is refused with EXDEV, and programs then copy and delete.
 */
final class Borders {
    private final CoveredTree tree;

    Borders(CoveredTree tree) {
        this.tree = tree;
    }

    /** Whether an object would change sides under this name. */
    boolean crosses(long id, boolean isDirectory, long newParent, int newDirectory, byte[] newName) {
        boolean replicated = !StableId.isLocal(id);
        if (tree.isUnfiltered() && replicated && !StableId.isLocal(newParent)) {
            return false;
        }
        return tree.isReplicated(newParent, newDirectory, newName, isDirectory) != replicated
                || (isDirectory && tree.wouldChangeSides(id, newDirectory, newName));
    }
}
