package dev.lockstep.fuse.op;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers for what the kernel has open. Looking a number up takes no lock. Numbers are used again only after the kernel has
 * released them.
 */
final class HandleTable<T> {
    private static final int INITIAL = 64;

    private volatile Object[] entries = new Object[INITIAL];
    private int[] free = new int[INITIAL];
    private int freeCount;
    private int highest;

    /** Enters something; its number is greater than 0. */
    synchronized long add(T entry) {
        int number;
        if (freeCount > 0) {
            number = free[--freeCount];
        } else {
            number = ++highest;
            if (number >= entries.length) {
                entries = java.util.Arrays.copyOf(entries, entries.length * 2);
            }
        }
        Object[] present = entries;
        present[number] = entry;
        // Publishes the element together with the array.
        entries = present;
        return number;
    }

    /** What has this number, or null. */
    @SuppressWarnings("unchecked")
    T get(long number) {
        Object[] present = entries;
        return number > 0 && number < present.length ? (T) present[(int) number] : null;
    }

    /** Takes it out; null if there is nothing. */
    synchronized T remove(long number) {
        T entry = get(number);
        if (entry != null) {
            entries[(int) number] = null;
            if (freeCount == free.length) {
                free = java.util.Arrays.copyOf(free, free.length * 2);
            }
            free[freeCount++] = (int) number;
        }
        return entry;
    }

    /** Takes everything out. */
    @SuppressWarnings("unchecked")
    synchronized List<T> removeAll() {
        List<T> all = new ArrayList<>();
        for (int number = 1; number <= highest; number++) {
            if (entries[number] != null) {
                all.add((T) entries[number]);
            }
        }
        entries = new Object[INITIAL];
        freeCount = 0;
        highest = 0;
        return all;
    }
}
