package dev.lockstep.fuse.tree;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many objects all directories together may have: each costs memory of the engine as long as it exists, and who may write decides
 * how many there are. Beyond it nothing is made, which is not the end of the engine, as running out of memory would be. Applications
 * get less than there is, so that a peer can follow what its primary took. Thread-safe.
 */
public final class ObjectBudget {
    /**
     * An object costs about 80 bytes in the index, 40 while the kernel knows it and 100 while it is owed to the peer; as much again is
     * left for everything else. With this number the tables of the index are nearly full, and not just doubled, in a heap whose size is a
     * power of two.
     */
    static final int BYTES_EACH = 432;

    private static final int ROOT = 0;

    private final long all;
    private final AtomicLong taken = new AtomicLong();

    /** Room for so many objects. */
    public ObjectBudget(long all) {
        this.all = all;
    }

    /** As many as the heap of this process has room for. */
    public static ObjectBudget ofHeap() {
        return new ObjectBudget(Runtime.getRuntime().maxMemory() / BYTES_EACH);
    }

    /** Whether an application of this user may make one more: a sixteenth is root's alone, another one the peer's. */
    public boolean mayMake(int uid) {
        return taken.get() < all - all / (uid == ROOT ? 16 : 8);
    }

    /** Whether one more can be entered at all. */
    boolean hasRoom() {
        return taken.get() < all;
    }

    /** How many there may be. */
    public long all() {
        return all;
    }

    void changed(long by) {
        taken.addAndGet(by);
    }
}
