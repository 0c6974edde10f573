package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Cradle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files that were made without a name through one mount and have none yet. They lie in the cradle of the tree; here is known
 * which they are, and here they go when nobody can use them any more. Thread-safe.
 */
final class NamelessFiles {
    private static final String OPERATION = "NAMELESS";

    private final CoveredTree tree;
    private final int treeIndex;
    private final MutationGate gate;
    private final Set<Long> ids = ConcurrentHashMap.newKeySet();

    NamelessFiles(CoveredTree tree, int treeIndex, MutationGate gate) {
        this.tree = tree;
        this.treeIndex = treeIndex;
        this.gate = gate;
    }

    /** A file was laid into the cradle. */
    void add(long id) {
        ids.add(id);
    }

    /** Whether a file has no name yet. */
    boolean contains(long id) {
        return ids.contains(id);
    }

    /** A file has got its name. */
    void named(long id) {
        ids.remove(id);
    }

    /** The kernel has forgotten an object: if it is a file without a name, that was the end of it. */
    void forgotten(long id) {
        if (ids.remove(id)) {
            try {
                remove(new Cradle.Entry(Cradle.nameOf(id), id));
            } catch (FileSystemFailure failure) {
                tree.trouble(
                        "a file without a name could not be removed and stays until the directory is mounted anew: "
                                + failure.getMessage());
            }
        }
    }

    /**
     * Removes what was left in the cradle by mounts that are gone, on whichever node: nobody has those files open. What cannot be
     * removed is left to the next mount.
     */
    void sweep() {
        try {
            for (Cradle.Entry entry : tree.cradle().entries()) {
                remove(entry);
            }
        } catch (FileSystemFailure failure) {
            tree.trouble(
                    "files without a name that nobody uses any more could not be removed: " + failure.getMessage());
        }
    }

    private void remove(Cradle.Entry entry) throws FileSystemFailure {
        long id = entry.id();
        boolean local = id == StableId.NONE || StableId.isLocal(id);
        int[] held = tree.locks().lockAll(StableId.CRADLE, id);
        try {
            long ticket = local ? 0 : gate.enter(new Intent.Entries(treeIndex, StableId.CRADLE, StableId.NONE));
            boolean removed = false;
            try {
                int result = tree.cradle().remove(OPERATION, entry.name());
                if (result < 0) {
                    throw new FileSystemFailure(-result, OPERATION);
                }
                removed = true;
            } finally {
                if (!removed && !local) {
                    gate.abandon(ticket);
                }
            }
            if (!local) {
                Mutation gone = new Mutation.Remove(treeIndex, StableId.CRADLE, entry.name(), id, false);
                gate.commit(ticket, gone, errno -> {
                    // Nobody waits for it, and a peer that did not take it is not followed any more.
                });
            }
        } finally {
            tree.locks().unlockAll(held);
        }
    }
}
