package dev.lockstep.replication.track;

import java.util.BitSet;

/** What is marked of one object. Not thread-safe: guarded by the stripe it lives in, or owned by one thread. */
public final class ObjectMarks {
    /** Attributes, extended attributes, flags. */
    public static final int ATTRIBUTES = 1;
    /** Entries of a directory. */
    public static final int ENTRIES = 2;
    /** Everything: attributes, entries, all data. */
    public static final int ALL = 4;

    static final int FLAGS = ATTRIBUTES | ENTRIES | ALL;

    /** No zone, or a range without end. */
    public static final long ENDLESS = Long.MAX_VALUE;

    /** Zones from this one on are not kept bit by bit: a write far out in a sparse file must not cost gigabytes. */
    static final int BITMAP_ZONES_MAX = 1 << 22;

    private final int tree;
    private final long id;
    private int flags;
    private long from = ENDLESS;
    private BitSet zones;
    private long position;

    /** Nothing marked yet. */
    public ObjectMarks(int tree, long id) {
        this.tree = tree;
        this.id = id;
    }

    /** Everything of an object. */
    public static ObjectMarks everything(int tree, long id) {
        ObjectMarks marks = new ObjectMarks(tree, id);
        marks.addFlags(ALL);
        return marks;
    }

    /** Attributes of an object. */
    public static ObjectMarks attributes(int tree, long id) {
        ObjectMarks marks = new ObjectMarks(tree, id);
        marks.addFlags(ATTRIBUTES);
        return marks;
    }

    /** The tree of the object. */
    public int tree() {
        return tree;
    }

    /** The object. */
    public long id() {
        return id;
    }

    /** Whether any of these flags is marked, or everything. */
    public boolean has(int flag) {
        return (flags & (flag | ALL)) != 0;
    }

    int flags() {
        return flags;
    }

    long from() {
        return (flags & ALL) != 0 ? 0 : from;
    }

    long position() {
        return position;
    }

    void position(long newPosition) {
        position = Math.max(position, newPosition);
    }

    boolean coversFlags(int wanted) {
        return (flags & ALL) != 0 || (flags & wanted) == wanted;
    }

    boolean coversZones(long first, long last) {
        if ((flags & ALL) != 0 || first >= from) {
            return true;
        }
        if (zones == null) {
            return false;
        }
        long bound = Math.min(last, from - 1);
        return bound < BITMAP_ZONES_MAX && zones.nextClearBit((int) first) > bound;
    }

    void addFlags(int more) {
        flags |= more;
    }

    /** Marks zones {@code first} to {@code last}, both included; {@link #ENDLESS} as last for all that follow. */
    void addZones(long first, long last) {
        if (last == ENDLESS || last >= BITMAP_ZONES_MAX) {
            from = Math.min(from, first);
            return;
        }
        if (zones == null) {
            zones = new BitSet();
        }
        zones.set((int) first, (int) last + 1);
    }

    void merge(ObjectMarks other) {
        flags |= other.flags;
        from = Math.min(from, other.from);
        if (other.zones != null) {
            if (zones == null) {
                zones = new BitSet();
            }
            zones.or(other.zones);
        }
    }

    ObjectMarks copy() {
        ObjectMarks copy = new ObjectMarks(tree, id);
        copy.merge(this);
        return copy;
    }

    /** Whether any data is marked. */
    public boolean hasData() {
        return from() != ENDLESS || (zones != null && !zones.isEmpty());
    }

    /** First marked zone at or after {@code zone}, or {@link #ENDLESS}. */
    public long nextMarked(long zone) {
        if (zone >= from()) {
            return zone;
        }
        int next = zones == null || zone >= BITMAP_ZONES_MAX ? -1 : zones.nextSetBit((int) zone);
        return next < 0 ? from() : Math.min(next, from());
    }

    /** First zone not marked after a marked one, or {@link #ENDLESS}. */
    public long nextUnmarked(long zone) {
        if (zone >= from()) {
            return ENDLESS;
        }
        int next = zones == null ? (int) zone : zones.nextClearBit((int) zone);
        return next >= from() ? ENDLESS : next;
    }

    /** Zones marked, {@code unbounded} standing for a range without end. */
    public long zoneCount(long unbounded) {
        long bits = zones == null ? 0 : zones.cardinality();
        return from() == ENDLESS ? bits : bits + unbounded;
    }
}
