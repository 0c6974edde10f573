package dev.lockstep.fuse.tree;

/**
 * An open file of the covered directory, shared by all openings that want the same of it. What the disk refused is counted, because
 * the kernel tells it once to each descriptor and every opening must hear of it.
 */
public final class BackingFile {
    private final long id;
    private final Access access;
    private final int descriptor;
    /** Guarded by {@link BackingFiles}: openings that use it now. */
    int users;
    /** Guarded by {@link BackingFiles}: whom it is charged to while it is in use. */
    int uid;
    /** Guarded by {@link BackingFiles}: closed by its last user. */
    boolean last;

    private long failures;
    private int errno;

    /** How a file is opened. */
    public enum Access {
        /** For reading. */
        READ,
        /** For reading and writing. */
        WRITE,
        /** For reading and appending, where chattr allows nothing else. */
        APPEND
    }

    /** Takes a descriptor over. */
    BackingFile(long id, Access access, int descriptor) {
        this.id = id;
        this.access = access;
        this.descriptor = descriptor;
    }

    long id() {
        return id;
    }

    Access access() {
        return access;
    }

    /** The descriptor, for who has acquired the file. */
    public int descriptor() {
        return descriptor;
    }

    /** A flush failed. */
    public synchronized void failed(int error) {
        failures++;
        errno = error;
    }

    /** How many flushes have failed so far. */
    public synchronized long failures() {
        return failures;
    }

    /** The error of the last flush that failed after as many failures as given, or 0. */
    public synchronized int errorAfter(long known) {
        return failures > known ? errno : 0;
    }
}
