package dev.lockstep.fuse.tree;

/**
 * A map from non-zero longs to a fixed number of longs, in one array (open addressing, linear probing), so that ten million
 * objects cost hundreds of megabytes and no garbage. Not thread-safe.
 */
final class LongTable {
    private static final int INITIAL_SLOTS = 16;

    private final int width;
    private final int stride;
    private long[] slots;
    private int mask;
    private int size;

    /** A map to {@code width} longs. */
    LongTable(int width) {
        this.width = width;
        stride = width + 1;
        slots = new long[INITIAL_SLOTS * stride];
        mask = INITIAL_SLOTS - 1;
    }

    int size() {
        return size;
    }

    /** Position of the values of a key in {@link #value}, or -1. */
    int find(long key) {
        int slot = home(key);
        while (true) {
            long present = slots[slot * stride];
            if (present == key) {
                return slot * stride + 1;
            }
            if (present == 0) {
                return -1;
            }
            slot = (slot + 1) & mask;
        }
    }

    long value(int position) {
        return slots[position];
    }

    void setValue(int position, long value) {
        slots[position] = value;
    }

    /** Position of the values of a key, which is added with zeros if it is not there. */
    int findOrAdd(long key) {
        if (key == 0) {
            throw new IllegalArgumentException("0 is no key");
        }
        int found = find(key);
        if (found >= 0) {
            return found;
        }
        if ((size + 1) * 5L > (mask + 1) * 3L) {
            grow();
        }
        size++;
        return insert(key);
    }

    /** Removes a key; nothing happens if it is not there. */
    void remove(long key) {
        int position = find(key);
        if (position < 0) {
            return;
        }
        size--;
        int hole = (position - 1) / stride;
        int slot = hole;
        while (true) {
            slot = (slot + 1) & mask;
            long present = slots[slot * stride];
            if (present == 0) {
                break;
            }
            // The entry may fill the hole only if its home does not lie after the hole.
            int distanceFromHome = (slot - home(present)) & mask;
            int distanceFromHole = (slot - hole) & mask;
            if (distanceFromHome >= distanceFromHole) {
                System.arraycopy(slots, slot * stride, slots, hole * stride, stride);
                hole = slot;
            }
        }
        java.util.Arrays.fill(slots, hole * stride, hole * stride + stride, 0);
    }

    /** All keys. */
    long[] keys() {
        long[] keys = new long[size];
        int count = 0;
        for (int slot = 0; slot <= mask; slot++) {
            if (slots[slot * stride] != 0) {
                keys[count++] = slots[slot * stride];
            }
        }
        return keys;
    }

    private int insert(long key) {
        int slot = home(key);
        while (slots[slot * stride] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot * stride] = key;
        return slot * stride + 1;
    }

    private void grow() {
        long[] old = slots;
        int oldSlots = mask + 1;
        slots = new long[Math.multiplyExact(Math.multiplyExact(oldSlots, 2), stride)];
        mask = oldSlots * 2 - 1;
        for (int slot = 0; slot < oldSlots; slot++) {
            long key = old[slot * stride];
            if (key != 0) {
                System.arraycopy(old, slot * stride + 1, slots, insert(key), width);
            }
        }
    }

    private int home(long key) {
        return (int) Hash.mix(key) & mask;
    }
}
