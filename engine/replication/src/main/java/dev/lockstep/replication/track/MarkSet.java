package dev.lockstep.replication.track;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Marks of many objects in memory. Thread-safe: striped by object. */
public final class MarkSet {
    private static final int STRIPES = 16;

    private final LongMap<ObjectMarks>[][] stripes;
    private final LongAdder objects = new LongAdder();

    /** An empty set for {@code trees} trees. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public MarkSet(int trees) {
        stripes = new LongMap[trees][STRIPES];
        for (LongMap<ObjectMarks>[] tree : stripes) {
            for (int i = 0; i < STRIPES; i++) {
                tree[i] = new LongMap<>();
            }
        }
    }

    /** The stripe to synchronize on for an object. */
    LongMap<ObjectMarks> stripe(int tree, long id) {
        return stripes[tree][(int) (LongMap.spread(id) >>> 40) & (STRIPES - 1)];
    }

    /** The marks of an object, made if missing. The caller holds the stripe. */
    ObjectMarks of(LongMap<ObjectMarks> stripe, int tree, long id) {
        ObjectMarks marks = stripe.get(id);
        if (marks == null) {
            marks = new ObjectMarks(tree, id);
            stripe.put(id, marks);
            objects.increment();
        }
        return marks;
    }

    boolean contains(int tree, long id) {
        LongMap<ObjectMarks> stripe = stripe(tree, id);
        synchronized (stripe) {
            return stripe.get(id) != null;
        }
    }

    /** Adds marks, not logged. */
    public void merge(ObjectMarks marks) {
        LongMap<ObjectMarks> stripe = stripe(marks.tree(), marks.id());
        synchronized (stripe) {
            of(stripe, marks.tree(), marks.id()).merge(marks);
        }
    }

    /** Adds everything of an object, not logged. */
    public void addAll(int tree, long id) {
        LongMap<ObjectMarks> stripe = stripe(tree, id);
        synchronized (stripe) {
            of(stripe, tree, id).addFlags(ObjectMarks.ALL);
        }
    }

    /** How many objects are marked, about. */
    public long size() {
        return objects.sum();
    }

    /** Copies of all marks. */
    public List<ObjectMarks> snapshot() {
        List<ObjectMarks> all = new ArrayList<>();
        for (LongMap<ObjectMarks>[] tree : stripes) {
            for (LongMap<ObjectMarks> stripe : tree) {
                synchronized (stripe) {
                    stripe.forEach(marks -> all.add(marks.copy()));
                }
            }
        }
        return all;
    }
}
