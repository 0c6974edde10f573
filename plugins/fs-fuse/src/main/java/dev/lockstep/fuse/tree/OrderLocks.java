package dev.lockstep.fuse.tree;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The order of operations on objects. Whoever changes an object holds its lock from before the change until the change has its
 * place in the sequence sent to the peer. Objects share locks (striping); several are taken in ascending order, so there is no
 * deadlock.
 */
public final class OrderLocks {
    private static final int STRIPES = 1024;

    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    OrderLocks() {
        Arrays.setAll(locks, i -> new ReentrantLock());
    }

    /** Takes the lock of one object. */
    public void lock(long id) {
        locks[stripe(id)].lock();
    }

    /** Gives it back. */
    public void unlock(long id) {
        locks[stripe(id)].unlock();
    }

    /**
     * Takes the locks of several objects; 0 stands for none.
     *
     * @return what {@link #unlockAll} needs
     */
    public int[] lockAll(long... ids) {
        int[] stripes = new int[ids.length];
        int count = 0;
        for (long id : ids) {
            if (id != 0) {
                stripes[count++] = stripe(id);
            }
        }
        stripes = Arrays.copyOf(stripes, count);
        Arrays.sort(stripes);
        // A stripe that occurs twice is locked twice and unlocked twice: the locks are reentrant.
        for (int stripe : stripes) {
            locks[stripe].lock();
        }
        return stripes;
    }

    /** Gives back what {@link #lockAll} took. */
    public void unlockAll(int[] stripes) {
        for (int i = stripes.length - 1; i >= 0; i--) {
            locks[stripes[i]].unlock();
        }
    }

    private static int stripe(long id) {
        return (int) Hash.mix(id) & (STRIPES - 1);
    }
}
