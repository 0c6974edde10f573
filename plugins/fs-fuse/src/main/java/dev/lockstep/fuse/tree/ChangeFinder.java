package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.Timestamp;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what changed while nobody guarded the directory: compares the change time of each object found with the one recorded
 * when the directory was last let go of.
 */
public final class ChangeFinder {
    private final Checkpoint checkpoint;
    private final boolean guarded;
    private final LongTable changed = new LongTable(1);

    /**
     * A finder.
     *
     * @param checkpoint what was recorded, or null
     * @param guarded whether the directory has been guarded all the time
     */
    public ChangeFinder(Checkpoint checkpoint, boolean guarded) {
        this.checkpoint = checkpoint;
        this.guarded = guarded;
    }

    void found(long id, Timestamp changed) {
        if (checkpoint != null && !checkpoint.holds(id, changed)) {
            add(id);
        }
    }

    /** An object got a new id, or lost it. */
    void replaced(long id) {
        add(id);
    }

    private void add(long id) {
        if (!StableId.isLocal(id)) {
            changed.findOrAdd(id);
        }
    }

    /** The result, after everything was found. */
    public BackingTree.Unguarded result() {
        if (checkpoint == null && !guarded) {
            return BackingTree.Unguarded.UNKNOWN;
        }
        List<Long> ids = new ArrayList<>(changed.size());
        for (long id : changed.keys()) {
            ids.add(id);
        }
        return new BackingTree.Unguarded(false, false, List.copyOf(ids));
    }
}
