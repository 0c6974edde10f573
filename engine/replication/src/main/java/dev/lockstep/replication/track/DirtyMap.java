package dev.lockstep.replication.track;

import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.state.StateIo;
import dev.lockstep.replication.track.Marking.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * The dirty map of a module: what was written since the base generation and may be missing at the peer. While alone it only grows;
 * in a pair it holds what was written since both disks were last known to have everything, and is rotated.
 *
 * <p>Marking is thread-safe. The methods that change segments are called by one thread at a time.
 */
public final class DirtyMap implements AutoCloseable {
    /** Created objects remembered without a record of their own; more get one each. */
    private static final long FRESH_MAX = 1_000_000;

    private final StateIo io;
    private final int trees;
    private final long zoneBytes;
    private final Executor background;

    private volatile Segment previous;
    private volatile Segment current;
    private volatile MarkSet fresh;
    private volatile boolean suspect;
    private long lineage;
    private long number;
    private final LongAdder closedSyncs = new LongAdder();

    /** A map that tracks nothing yet. */
    public DirtyMap(StateIo io, int trees, long zoneBytes, Executor background) {
        this.io = io;
        this.trees = trees;
        this.zoneBytes = zoneBytes;
        this.background = background;
        this.fresh = new MarkSet(trees);
    }

    /** Takes the state a log was recovered in, compacted into one new segment. */
    public void resume(LogRecovery.Recovered recovered, boolean nowSuspect) throws IOException {
        lineage = recovered.lineage();
        number = recovered.lastSegment();
        suspect = recovered.suspect() || nowSuspect;
        current = newSegment(recovered.marks());
        io.delete("drop-compacted-log", recovered.names());
    }

    /**
     * Begins a new log; the old one stays on disk until {@link #deleteOthers}, for the durable record still names it.
     *
     * @param newLineage its name, not 0
     * @param unsettled marks that are not yet known to be on both disks
     */
    public void restart(long newLineage, List<ObjectMarks> unsettled) throws IOException {
        closeSegments();
        lineage = newLineage;
        number = 0;
        suspect = false;
        fresh = new MarkSet(trees);
        if (!unsettled.isEmpty()) {
            MarkSet marks = new MarkSet(trees);
            unsettled.forEach(marks::merge);
            previous = newSegment(marks);
        }
        current = newSegment(new MarkSet(trees));
    }

    /** Stops tracking: everything counts as changed from now on. */
    public void forget() throws IOException {
        closeSegments();
        lineage = 0;
        suspect = false;
        fresh = new MarkSet(trees);
    }

    /** Removes the files of every log but the present one. */
    public void deleteOthers() throws IOException {
        String own = LogNames.prefix(lineage);
        io.delete(
                "delete-old-logs",
                io.list("delete-old-logs").stream()
                        .filter(name -> LogNames.isLog(name) && (lineage == 0 || !name.startsWith(own)))
                        .toList());
    }

    /** Whether marks are kept. */
    public boolean tracks() {
        return current != null;
    }

    /** Whether the marks come from a pair that crashed, when creations may be half on disk. */
    public boolean suspect() {
        return suspect;
    }

    /** Whether marks of this kind go into the present log. */
    public boolean keeps(Marking where) {
        Segment now = current;
        Segment old = previous;
        MarkLog log = where.log() == null ? null : where.log().log();
        return log != null && ((now != null && now.log() == log) || (old != null && old.log() == log));
    }

    /** Unit of zone numbers, in bytes. */
    public long zoneBytes() {
        return zoneBytes;
    }

    /** How marks are made while alone and nobody joins. */
    public Marking whileAlone() {
        return current == null ? Marking.NONE : new Marking(current, null, fresh);
    }

    /** How marks are made during a round of a reintegration. */
    public Marking duringRound() {
        return new Marking(current, new MarkSet(trees), null);
    }

    /** How marks are made in a pair. */
    public Marking inPair() {
        return new Marking(current, null, null);
    }

    /** A reintegration begins: the peer may learn of the objects it has never seen. */
    public void forgetFresh() {
        fresh = new MarkSet(trees);
    }

    /** Begins a new segment; marks made so far are of the previous one. Legal when there is none already. */
    public void rotate() throws IOException {
        if (previous != null) {
            throw new IllegalStateException("the previous segment of the dirty log is still there");
        }
        Segment old = current;
        Segment next = newSegment(new MarkSet(trees));
        previous = old;
        current = next;
    }

    /** Whether a rotation has been begun and not finished. */
    public boolean rotating() {
        return previous != null;
    }

    /** Everything marked in the previous segment is on both disks. */
    public void dropPrevious() throws IOException {
        Segment old = previous;
        if (old != null) {
            previous = null;
            closedSyncs.add(old.log().syncs());
            old.log().close();
            io.delete("drop-previous-log", List.of(old.name()));
        }
    }

    /**
     * Marks what an operation is about to change.
     *
     * @return position in the log to {@link #await}, 0 if there is nothing to wait for
     */
    public long cover(Marking where, Intent intent) {
        return switch (intent) {
            case Intent.Data d -> {
                long first = d.offset() / zoneBytes;
                boolean endless = d.length() >= Long.MAX_VALUE - d.offset();
                long last = endless ? ObjectMarks.ENDLESS : (d.offset() + Math.max(d.length(), 1) - 1) / zoneBytes;
                yield coverZones(where, d.tree(), d.id(), first, last);
            }
            case Intent.AttributesOf a -> coverFlags(where, a.tree(), a.id(), ObjectMarks.ATTRIBUTES);
            case Intent.Entries e -> {
                long position = coverFlags(where, e.tree(), e.directory(), ObjectMarks.ENTRIES);
                yield e.otherDirectory() == StableId.NONE
                        ? position
                        : Math.max(position, coverFlags(where, e.tree(), e.otherDirectory(), ObjectMarks.ENTRIES));
            }
            case Intent.Durability _ -> 0;
        };
    }

    /** An object was created: it gets a mark for everything, on disk before anything more is done to it. */
    public void created(Marking where, int tree, long id) {
        MarkSet known = where.fresh();
        if (known != null && known.size() < FRESH_MAX) {
            known.addAll(tree, id);
            return;
        }
        long position = coverFlags(where, tree, id, ObjectMarks.ALL);
        // That of an object that was expected is there already.
        if (where.log() != null && !where.log().log().isDurable(position)) {
            where.log().log().kick();
        }
    }

    /**
     * Objects with these ids may soon be created: in a pair each gets the mark of {@link #created} beforehand, so that its first write does
     * not wait for the disk. A mark of one that never comes is of nothing, and goes with its segment.
     */
    public void expect(Marking where, int tree, long... ids) {
        if (where.log() != null && where.fresh() == null && where.round() == null) {
            for (long id : ids) {
                logged(where.log(), tree, id, ObjectMarks.ALL, 0, -1);
            }
            where.log().log().kick();
        }
    }

    /** Marks everything of an object. @return as {@link #cover} */
    public long coverAll(Marking where, int tree, long id) {
        return coverFlags(where, tree, id, ObjectMarks.ALL);
    }

    /** Returns when what {@link #cover} marked is on disk. */
    public void await(Marking where, long position) throws IOException {
        if (position != 0 && where.log() != null) {
            where.log().log().await(position);
        }
    }

    /** All durable marks, copied. */
    public List<ObjectMarks> snapshot() {
        MarkSet all = new MarkSet(trees);
        Segment old = previous;
        Segment now = current;
        if (old != null) {
            old.marks().snapshot().forEach(all::merge);
        }
        if (now != null) {
            now.marks().snapshot().forEach(all::merge);
        }
        return all.snapshot();
    }

    /** Objects marked, about. */
    public long size() {
        Segment old = previous;
        Segment now = current;
        return (old == null ? 0 : old.marks().size())
                + (now == null ? 0 : now.marks().size());
    }

    /** Times a log was forced to disk. */
    public long syncs() {
        Segment old = previous;
        Segment now = current;
        return closedSyncs.sum()
                + (old == null ? 0 : old.log().syncs())
                + (now == null ? 0 : now.log().syncs());
    }

    @Override
    public void close() throws IOException {
        closeSegments();
    }

    private long coverFlags(Marking where, int tree, long id, int flags) {
        return coverThe(where, tree, id, flags, 0, -1);
    }

    private long coverZones(Marking where, int tree, long id, long first, long last) {
        return coverThe(where, tree, id, 0, first, last);
    }

    private static long coverThe(Marking where, int tree, long id, int flags, long first, long last) {
        MarkSet round = where.round();
        if (round != null) {
            LongMap<ObjectMarks> stripe = round.stripe(tree, id);
            synchronized (stripe) {
                ObjectMarks known = stripe.get(id);
                if (known != null && covers(known, flags, first, last)) {
                    return known.position();
                }
            }
        } else if (where.fresh() != null && where.fresh().contains(tree, id)) {
            return 0;
        }
        long position = where.log() == null ? 0 : logged(where.log(), tree, id, flags, first, last);
        if (round != null) {
            LongMap<ObjectMarks> stripe = round.stripe(tree, id);
            synchronized (stripe) {
                ObjectMarks marks = round.of(stripe, tree, id);
                add(marks, flags, first, last);
                marks.position(position);
            }
        }
        return position;
    }

    private static long logged(Segment segment, int tree, long id, int flags, long first, long last) {
        LongMap<ObjectMarks> stripe = segment.marks().stripe(tree, id);
        synchronized (stripe) {
            ObjectMarks marks = segment.marks().of(stripe, tree, id);
            if (!covers(marks, flags, first, last)) {
                add(marks, flags, first, last);
                MarkLog log = segment.log();
                marks.position(
                        flags != 0
                                ? log.append(LogFormat.TYPE_FLAGS, tree, flags, id, 0, 0)
                                : log.append(LogFormat.TYPE_ZONES, tree, 0, id, first, last));
            }
            return marks.position();
        }
    }

    private static boolean covers(ObjectMarks marks, int flags, long first, long last) {
        return flags != 0 ? marks.coversFlags(flags) : marks.coversZones(first, last);
    }

    private static void add(ObjectMarks marks, int flags, long first, long last) {
        if (flags != 0) {
            marks.addFlags(flags);
        } else {
            marks.addZones(first, last);
        }
    }

    private Segment newSegment(MarkSet marks) throws IOException {
        number++;
        String name = LogNames.of(lineage, number);
        String building = LogNames.building(name);
        MarkLog log = new MarkLog(io.create("create-log", building), background);
        log.begin(new LogFormat.Header(lineage, number, zoneBytes, suspect));
        log.await(writeAll(log, marks));
        io.rename("publish-log", building, name);
        return new Segment(marks, log, name);
    }

    private static long writeAll(MarkLog log, MarkSet marks) {
        long position = 0;
        List<ObjectMarks> all = new ArrayList<>(marks.snapshot());
        for (ObjectMarks one : all) {
            if (one.flags() != 0) {
                position = log.append(LogFormat.TYPE_FLAGS, one.tree(), one.flags(), one.id(), 0, 0);
            }
            for (long zone = one.nextMarked(0); zone != ObjectMarks.ENDLESS; ) {
                long end = one.nextUnmarked(zone);
                long last = end == ObjectMarks.ENDLESS ? end : end - 1;
                position = log.append(LogFormat.TYPE_ZONES, one.tree(), 0, one.id(), zone, last);
                zone = end == ObjectMarks.ENDLESS ? end : one.nextMarked(end);
            }
        }
        return position;
    }

    private void closeSegments() throws IOException {
        Segment old = previous;
        Segment now = current;
        previous = null;
        current = null;
        if (old != null) {
            closedSyncs.add(old.log().syncs());
            old.log().close();
        }
        if (now != null) {
            closedSyncs.add(now.log().syncs());
            now.log().close();
        }
    }
}
