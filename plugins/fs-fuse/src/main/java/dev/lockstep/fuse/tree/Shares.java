package dev.lockstep.fuse.tree;

import java.util.HashMap;
import java.util.Map;

/**
 * A number of things that users take, of which a user gets at most a share, and all users but root together leave something to root.
 * Thread-safe.
 */
public final class Shares {
    private static final int ROOT = 0;

    private final int all;
    private final int ordinary;
    private final int each;
    private final Map<Integer, Integer> taken = new HashMap<>();
    private int sum;

    /**
     * Nothing is taken yet.
     *
     * @param all how many there are; an eighth is root's alone, and no other user gets more than half
     */
    Shares(int all) {
        this.all = all;
        ordinary = all - all / 8;
        each = all / 2;
    }

    /** Takes one; false if this user has his share or nothing is left for him. */
    public synchronized boolean take(int uid) {
        int has = taken.getOrDefault(uid, 0);
        int others = sum - taken.getOrDefault(ROOT, 0);
        boolean granted = sum < all && (uid == ROOT || (has < each && others < ordinary));
        if (granted) {
            sum++;
            taken.put(uid, has + 1);
        }
        return granted;
    }

    /** Gives one back. */
    public synchronized void giveBack(int uid) {
        sum--;
        taken.merge(uid, -1, Integer::sum);
        taken.remove(uid, 0);
    }

    synchronized int taken() {
        return sum;
    }
}
