package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.FileCalls;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the kernel knows of the mounted tree: how often it was told each object (lookup counts), and a descriptor of each object
 * that has no name any more but is still known to it, by which it stays reachable. Thread-safe.
 */
public final class KernelReferences {
    private static final String OPERATION = "REFERENCES";
    private static final int PARTS = 64;

    private final FileCalls files;
    private final LongTable[] counts = new LongTable[PARTS];
    private final ReentrantLock[] locks = new ReentrantLock[PARTS];
    private final AtomicInteger orphans = new AtomicInteger();

    KernelReferences(FileCalls files) {
        this.files = files;
        for (int i = 0; i < PARTS; i++) {
            // Two longs: the count, and the descriptor of an object without a name plus one.
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
        int closed = -1;
        locks[part].lock();
        try {
            int at = counts[part].find(id);
            if (at < 0) {
                return false;
            }
            long left = counts[part].value(at) - times;
            if (left > 0) {
                counts[part].setValue(at, left);
                return false;
            }
            closed = (int) counts[part].value(at + 1) - 1;
            counts[part].remove(id);
        } finally {
            locks[part].unlock();
        }
        if (closed >= 0) {
            orphans.decrementAndGet();
            files.close(OPERATION, closed);
        }
        return true;
    }

    /**
     * Keeps a descriptor of an object that just lost its last name, if the kernel still knows the object.
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
            counts[part].setValue(at + 1, descriptor + 1L);
            orphans.incrementAndGet();
            return true;
        } finally {
            locks[part].unlock();
        }
    }

    /** Whether an object has no name any more; a plain read when there is no such object at all. */
    public boolean isOrphan(long id) {
        return orphan(id) >= 0;
    }

    /** The descriptor kept of an object without a name, or -1. */
    int orphan(long id) {
        if (orphans.get() == 0) {
            return -1;
        }
        int part = part(id);
        locks[part].lock();
        try {
            int at = counts[part].find(id);
            return at < 0 ? -1 : (int) counts[part].value(at + 1) - 1;
        } finally {
            locks[part].unlock();
        }
    }

    /** The kernel knows nothing any more: the connection is gone. */
    public void clear() {
        for (int part = 0; part < PARTS; part++) {
            locks[part].lock();
            try {
                for (long id : counts[part].keys()) {
                    int descriptor = (int) counts[part].value(counts[part].find(id) + 1) - 1;
                    if (descriptor >= 0) {
                        orphans.decrementAndGet();
                        files.close(OPERATION, descriptor);
                    }
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
