package dev.lockstep.replication.track;

import java.util.function.LongConsumer;

/** A set of positive longs, without boxing: it may hold an entry for each file of a big tree. Not thread-safe. */
public final class LongSet {
    private static final int INITIAL = 16;

    private long[] keys = new long[INITIAL];
    private int size;

    /** Adds a number. @return whether it was missing */
    public boolean add(long key) {
        int at = LongMap.find(keys, key);
        if (keys[at] == key) {
            return false;
        }
        if ((size + 1) * 4L > keys.length * 3L) {
            grow();
            at = LongMap.find(keys, key);
        }
        keys[at] = key;
        size++;
        return true;
    }

    /** Whether a number is in the set. */
    public boolean contains(long key) {
        return keys[LongMap.find(keys, key)] == key;
    }

    /** Passes on every number, in no order. */
    public void forEach(LongConsumer action) {
        for (long key : keys) {
            if (key != 0) {
                action.accept(key);
            }
        }
    }

    private void grow() {
        long[] old = keys;
        keys = new long[old.length * 2];
        for (long key : old) {
            if (key != 0) {
                keys[LongMap.find(keys, key)] = key;
            }
        }
    }
}
