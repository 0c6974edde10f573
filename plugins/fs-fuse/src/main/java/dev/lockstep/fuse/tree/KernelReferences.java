package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.FileCalls;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * What the kernel knows of the mounted tree: how often it was told each object (lookup counts), and a descriptor of each object
 * that has no name any more but is still known to it, by which it stays reachable. Thread-safe.
 */
public final class KernelReferences {
    private static final String OPERATION = "REFERENCES";
    private static final int PARTS = 64;
    /** In place of the descriptor of an object without a name of which none is kept. */
    private static final long NO_DESCRIPTOR = -1;
    /** In the count of an object whose content the kernel may have in memory. */
    private static final long READ = 1L << 62;

    private final FileCalls files;
    private final LongTable[] counts = new LongTable[PARTS];
    private final ReentrantLock[] locks = new ReentrantLock[PARTS];
    private final AtomicInteger orphans = new AtomicInteger();
    private final Semaphore room;
    private volatile boolean outdated;

    /**
     * The kernel knows nothing yet.
     *
     * @param room descriptors of objects without a name take of
     */
    KernelReferences(FileCalls files, Semaphore room) {
        this.files = files;
        this.room = room;
        for (int i = 0; i < PARTS; i++) {
            // Two longs: the count, and of an object without a name its descriptor plus one, or NO_DESCRIPTOR.
            counts[i] = new LongTable(2);
            locks[i] = new ReentrantLock();
        }
    }

    /** The kernel is told an object once more. */
    public void add(long id) {
        int part = part(id);
        locks[part].lock();
        try {
            int at = counts[part].findOrAdd(id);
            counts[part].setValue(at, counts[part].value(at) + 1);
        } finally {
            locks[part].unlock();
        }
    }

    /**
     * The kernel forgets {@code times} tellings.
     *
     * @return whether these were the last
     */
    public boolean forget(long id, long times) {
        int part = part(id);
        long kept;
        locks[part].lock();
        try {
            int at = counts[part].find(id);
            if (at < 0) {
                return false;
            }
            long before = counts[part].value(at);
            if ((before & ~READ) > times) {
                counts[part].setValue(at, before - times);
                return false;
            }
            kept = counts[part].value(at + 1);
            counts[part].remove(id);
        } finally {
            locks[part].unlock();
        }
        end(kept);
        return true;
    }

    /** The kernel may keep content of an object in memory, although that may change without its knowledge. */
    public void read(long id) {
        int part = part(id);
        locks[part].lock();
        try {
            int at = counts[part].find(id);
            if (at >= 0) {
                counts[part].setValue(at, counts[part].value(at) | READ);
            }
        } finally {
            locks[part].unlock();
        }
    }

    /** Calls with every object that was {@link #read} and is still known to the kernel. */
    public void forEachRead(LongConsumer told) {
        for (int part = 0; part < PARTS; part++) {
            long[] ids;
            locks[part].lock();
            try {
                LongTable table = counts[part];
                ids = Arrays.stream(table.keys())
                        .filter(id -> (table.value(table.find(id)) & READ) != 0)
                        .toArray();
            } finally {
                locks[part].unlock();
            }
            Arrays.stream(ids).forEach(told);
        }
    }

    /**
     * An object is about to be made that has this id on the peer. If the kernel knows one, that is another file below, which was
     * lost here: the two must not be taken for each other.
     */
    void beforeMaking(long id) {
        int part = part(id);
        locks[part].lock();
        try {
            if (counts[part].find(id) >= 0) {
                outdated = true;
            }
        } finally {
            locks[part].unlock();
        }
    }

    /** Whether the kernel may take an object for an earlier one. */
    boolean areOutdated() {
        return outdated;
    }

    /** An object without a name, if this was one, is gone. */
    private void end(long kept) {
        if (kept != 0) {
            orphans.decrementAndGet();
        }
        if (kept > 0) {
            files.close(OPERATION, (int) kept - 1);
            room.release();
        }
    }

    /**
     * Keeps a descriptor of an object that just lost its last name, if the kernel still knows the object and there are not too many
     * of its kind. One that nobody has open cannot be reached then.
     *
     * @return whether it was taken over
     */
    boolean keepOrphan(long id, int descriptor) {
        int part = part(id);
        locks[part].lock();
        try {
            int at = counts[part].find(id);
            if (at < 0 || counts[part].value(at + 1) != 0) {
                return false;
            }
            boolean kept = room.tryAcquire();
            counts[part].setValue(at + 1, kept ? descriptor + 1L : NO_DESCRIPTOR);
            orphans.incrementAndGet();
            return kept;
        } finally {
            locks[part].unlock();
        }
    }

    /** Whether an object has no name any more; a plain read when there is no such object at all. */
    public boolean isOrphan(long id) {
        return kept(id) != 0;
    }

    /** The descriptor kept of an object without a name, or -1. */
    int orphan(long id) {
        return (int) Math.max(kept(id), 0) - 1;
    }

    private long kept(long id) {
        if (orphans.get() == 0) {
            return 0;
        }
        int part = part(id);
        locks[part].lock();
        try {
            int at = counts[part].find(id);
            return at < 0 ? 0 : counts[part].value(at + 1);
        } finally {
            locks[part].unlock();
        }
    }

    /** The kernel knows nothing any more: the connection is gone. */
    public void clear() {
        outdated = false;
        for (int part = 0; part < PARTS; part++) {
            locks[part].lock();
            try {
                for (long id : counts[part].keys()) {
                    end(counts[part].value(counts[part].find(id) + 1));
                }
                counts[part] = new LongTable(2);
            } finally {
                locks[part].unlock();
            }
        }
    }

    private static int part(long id) {
        return (int) (Hash.mix(id) >>> 58);
    }
}
