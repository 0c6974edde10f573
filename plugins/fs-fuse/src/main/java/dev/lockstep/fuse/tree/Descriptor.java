package dev.lockstep.fuse.tree;

/** A descriptor of an object for the time of one operation, or the reason why there is none. Closing it gives it back. */
public final class Descriptor implements AutoCloseable {
    private final DescriptorCache cache;
    private final long id;
    private final int number;
    /** Guarded by the cache: who uses it now. */
    int users = 1;
    /** Guarded by the cache: whether it is to be closed by its last user. */
    boolean stray;

    Descriptor(DescriptorCache cache, long id, int number, boolean stray) {
        this.cache = cache;
        this.id = id;
        this.number = number;
        this.stray = stray;
    }

    /** One that somebody else closes, or a failure (a negated errno). */
    static Descriptor borrowed(long id, int number) {
        return new Descriptor(null, id, number, false);
    }

    /** The descriptor, or a negated errno. */
    public int number() {
        return number;
    }

    /** Whether there is none. */
    public boolean failed() {
        return number < 0;
    }

    /** The errno, when {@link #failed}. */
    public int errno() {
        return -number;
    }

    long id() {
        return id;
    }

    @Override
    public void close() {
        if (cache != null) {
            cache.giveBack(this);
        }
    }
}
