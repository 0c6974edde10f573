package dev.lockstep.replication.track;

import java.util.function.Consumer;

/** A map from positive longs, without boxing: it is asked on the path of every write. Not thread-safe. */
final class LongMap<V> {
    private static final int INITIAL = 16;

    private long[] keys = new long[INITIAL];
    private Object[] values = new Object[INITIAL];
    private int size;

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    V get(long key) {
        int at = find(keys, key);
        return keys[at] == key ? (V) values[at] : null;
    }

    void put(long key, V value) {
        int at = find(keys, key);
        if (keys[at] != key) {
            if ((size + 1) * 4 > keys.length * 3) {
                grow();
                at = find(keys, key);
            }
            keys[at] = key;
            size++;
        }
        values[at] = value;
    }

    @SuppressWarnings("unchecked")
    void forEach(Consumer<? super V> action) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                action.accept((V) values[i]);
            }
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = find(keys, oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    /** Where a key is, or where it would be put. */
    static int find(long[] keys, long key) {
        int mask = keys.length - 1;
        int at = (int) spread(key) & mask;
        while (keys[at] != 0 && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    /** Ids are random in production, but small and dense in tests. */
    static long spread(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 32);
    }
}
