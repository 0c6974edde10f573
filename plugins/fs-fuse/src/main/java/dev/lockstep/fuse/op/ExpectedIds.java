package dev.lockstep.fuse.op;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The ids of the objects that are made next. The gate is told beforehand, more of them the more are made: what it has to put on disk for a
 * new object is there when the object is. Thread-safe.
 */
final class ExpectedIds {
    /** How many are told at once when a great many objects are made. */
    private static final int STEP_MAX = 64;

    private final LongSupplier source;
    private final Deque<Long> told = new ArrayDeque<>();
    private int step = 1;

    /** None is expected yet; {@code source} makes new ones. */
    ExpectedIds(LongSupplier source) {
        this.source = source;
    }

    /** The id of an object that is made now; {@code expect} is told some that follow, if it is time. */
    long next(Consumer<long[]> expect) {
        long id;
        long[] more;
        synchronized (this) {
            Long first = told.poll();
            id = first == null ? source.getAsLong() : first;
            more = told.size() < step / 2 || told.isEmpty() ? more() : new long[0];
        }
        if (more.length > 0) {
            expect.accept(more);
        }
        return id;
    }

    private long[] more() {
        long[] more = new long[step];
        for (int i = 0; i < more.length; i++) {
            more[i] = source.getAsLong();
            told.add(more[i]);
        }
        step = Math.min(step * 2, STEP_MAX);
        return more;
    }
}
