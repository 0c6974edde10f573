package dev.lockstep.fuse.tree;

import java.util.concurrent.Semaphore;

/**
 * For what the descriptors of this process may be used: half of them for what applications have open, a quarter for what is kept open
 * because it may be wanted again, and the rest is never given to anybody: links, heartbeats, state files and the watch of the mounts
 * need some at any time. Shared by all directories. Thread-safe.
 */
public final class DescriptorBudget {
    /** Openings cost memory, not descriptors: many of one file share one. */
    private static final int OPENINGS = 200_000;

    private final Shares files;
    private final Shares openings = new Shares(OPENINGS);
    private final Semaphore orphans;
    private final Semaphore caches;

    private final ObjectBudget objects;

    /** Divides as many as the process may have open. */
    public DescriptorBudget(int limit, ObjectBudget objects) {
        this.objects = objects;
        files = new Shares(limit * 3 / 8);
        orphans = new Semaphore(limit / 8);
        caches = new Semaphore(limit / 4);
    }

    /** Descriptors of what applications have open. */
    public Shares files() {
        return files;
    }

    /** Objects that exist. */
    public ObjectBudget objects() {
        return objects;
    }

    /** Openings by applications, however many descriptors they need. */
    public Shares openings() {
        return openings;
    }

    /** Descriptors of objects without a name that the kernel still knows. */
    Semaphore orphans() {
        return orphans;
    }

    /** Descriptors that are kept because they may be wanted again. */
    Semaphore caches() {
        return caches;
    }
}
