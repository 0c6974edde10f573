package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.replication.ReintegrationProgress;
import dev.lockstep.replication.ReintegrationSummary;
import dev.lockstep.replication.ReplicationSettings;
import dev.lockstep.replication.TimeSource;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.session.Requests;
import dev.lockstep.replication.stream.Gate;
import dev.lockstep.replication.stream.Gate.Admission;
import dev.lockstep.replication.track.DirtyMap;
import dev.lockstep.replication.track.DiskRefusal;
import dev.lockstep.replication.track.MarkSet;
import dev.lockstep.replication.track.Marking;
import dev.lockstep.replication.track.ObjectMarks;
import dev.lockstep.replication.wire.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Brings a target up to date while writes go on: rounds, each copying what was marked before it began, until one is so short that
 * the rest can be copied with writes held. Runs on one thread.
 */
public final class ReintegrationSource {
    /** A round shorter than this is followed by the last one. */
    private static final long SHORT_ROUND_NANOS = Duration.ofMillis(500).toNanos();

    /** After so many rounds the last one is tried anyway: the application may write faster than we copy. */
    private static final int ROUNDS_MAX = 8;

    /** Writes are held at most for so long in the first attempt of the last round; doubled at each further attempt. */
    private static final Duration FREEZE_FIRST = Duration.ofSeconds(2);

    /** Attempts of the last round: 2, 4, 8, 16 and 32 seconds. */
    private static final int FREEZES_MAX = 5;

    /** From this round on each write is delayed, at first by {@link #BRAKE_FIRST_NANOS}, twice as long at each further round. */
    private static final int BRAKE_ROUND = 4;

    private static final long BRAKE_FIRST_NANOS = 500_000;
    private static final long BRAKE_MAX_NANOS = 20_000_000;

    private static final Duration DRAIN_MAX = Duration.ofMinutes(1);
    private static final Duration DRAIN_STEP = Duration.ofMillis(100);

    private final Parts parts;
    private final Counters counters = new Counters();
    private final Sender sender;
    private final CopyTools tools;
    private final long startedAt;
    private MarkSet waiting;
    private long frozenAt;

    /**
     * What a source works with.
     *
     * @param phases begins phases of the gate
     * @param settings asked for again at each round
     * @param detail told about each file copied, if the settings say so
     */
    public record Parts(
            String module,
            List<BackingTree> trees,
            DirtyMap map,
            Gate gate,
            DiskRefusal disk,
            PhaseSwitch phases,
            Requests requests,
            TimeSource time,
            Supplier<ReplicationSettings> settings,
            Consumer<String> detail) {}

    /** Begins phases of the gate as long as this source is wanted. */
    @FunctionalInterface
    public interface PhaseSwitch {
        /** Begins a phase.
         * @throws IOException if the source has been given up meanwhile */
        void to(Admission admission, Marking marking) throws IOException;
    }

    /**
     * What is to be copied.
     *
     * @param full everything
     * @param empty trees of the target that hold nothing
     * @param targetMarks what the target has marked
     * @param suspect whether either node's marks come from a crash in a pair
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Task(boolean full, boolean[] empty, MarkSet targetMarks, boolean suspect) {}

    /** A copy over the requests of one link. */
    public ReintegrationSource(Parts parts) {
        this.parts = parts;
        this.sender = new Sender(parts.requests());
        this.startedAt = parts.time().nanoTime();
        this.tools = new CopyTools(
                parts.trees(),
                sender,
                new Throttle(parts.time(), () -> parts.settings().get().bandwidthBytesPerSecond()),
                counters,
                parts.settings().get().packetBytes());
    }

    /** How far it is. Thread-safe. */
    public ReintegrationProgress progress() {
        return counters.progress(parts.time().nanoTime() - startedAt);
    }

    /** Bytes of data sent. Thread-safe. */
    public long copiedBytes() {
        return counters.copied();
    }

    /** Breaks the copy off. Thread-safe. */
    public void fail(String reason) {
        sender.fail(reason);
    }

    /** What was done. */
    public ReintegrationSummary summary() {
        long now = parts.time().nanoTime();
        return counters.summary(now - startedAt, now - frozenAt);
    }

    /**
     * Copies until both trees are equal and writes are held. The caller must then begin another phase of the gate; if this throws,
     * writes may be held too.
     *
     * @return the marks of the last round: what it copied is not known to be on either disk
     */
    public List<ObjectMarks> copyUntilFrozen(Task task) throws IOException, InterruptedException {
        try {
            return rounds(task);
        } finally {
            parts.gate().brake(0);
        }
    }

    private List<ObjectMarks> rounds(Task task) throws IOException, InterruptedException {
        parts.map().forgetFresh();
        nextPhase(Admission.ADMIT);
        long began = parts.time().nanoTime();
        counters.nextRound();
        Coverage coverage = task.full() ? Coverage.ofWalks(parts.trees().size()) : Coverage.ofMarks();
        if (task.full()) {
            new FullRound(tools, options(false, false, Long.MAX_VALUE), coverage).copy(task.empty());
        } else {
            MarkSet all = task.targetMarks();
            parts.map().snapshot().forEach(all::merge);
            new DeltaRound(tools, options(false, task.suspect(), Long.MAX_VALUE), coverage).copy(all.snapshot());
        }
        syncBoth();
        long lasted = parts.time().nanoTime() - began;
        int freezes = 0;
        while (true) {
            boolean last = lasted < SHORT_ROUND_NANOS || counters.round() >= ROUNDS_MAX;
            counters.nextRound();
            if (last) {
                Duration limit = FREEZE_FIRST.multipliedBy(1L << freezes);
                List<ObjectMarks> done = lastRound(limit, coverage);
                if (done != null) {
                    return done;
                }
                freezes++;
                if (freezes == FREEZES_MAX) {
                    throw new Broken(
                            "the application writes faster than the joining node can follow: writes were held for "
                                    + limit.toSeconds() + " s and that was not enough");
                }
            }
            began = parts.time().nanoTime();
            parts.gate().brake(brake(counters.round()));
            List<ObjectMarks> marks = nextPhase(Admission.ADMIT);
            new DeltaRound(tools, options(false, false, Long.MAX_VALUE), coverage).copy(marks);
            syncBoth();
            lasted = parts.time().nanoTime() - began;
        }
    }

    /** The application is slowed down a little more at each round that has not been short: the rounds must come to an end. */
    private static long brake(int round) {
        int step = round - BRAKE_ROUND;
        return step < 0 ? 0 : Math.min(BRAKE_MAX_NANOS, BRAKE_FIRST_NANOS << Math.min(step, 10));
    }

    /** @return what it copied, or null if it took too long and writes go on */
    private List<ObjectMarks> lastRound(Duration limit, Coverage coverage) throws IOException, InterruptedException {
        frozenAt = parts.time().nanoTime();
        long deadline = frozenAt + limit.toNanos();
        List<ObjectMarks> marks = nextPhase(Admission.HOLD);
        DeltaRound round = new DeltaRound(tools, options(true, false, deadline), coverage);
        try {
            return round.copy(marks);
        } catch (RoundTooLong e) {
            sender.settle();
            marks.forEach(waiting::merge);
            round.owed().forEach(waiting::merge);
            return null;
        }
    }

    /** Begins a phase with a new set of marks. @return the marks of the one before, complete */
    private List<ObjectMarks> nextPhase(Admission admission) throws IOException, InterruptedException {
        MarkSet before = waiting;
        Marking next = parts.map().duringRound();
        waiting = next.round();
        parts.phases().to(admission, next);
        long deadline = parts.time().nanoTime() + DRAIN_MAX.toNanos();
        while (!parts.gate().awaitDrained(DRAIN_STEP)) {
            sender.check();
            if (parts.time().nanoTime() - deadline > 0) {
                throw new Broken("an operation on the replicated directory hangs on this node");
            }
        }
        return before == null ? List.of() : before.snapshot();
    }

    private RoundOptions options(boolean strict, boolean children, long deadline) {
        ReplicationSettings settings = parts.settings().get();
        return new RoundOptions(
                strict,
                children,
                parts.map().zoneBytes(),
                settings.reintegrationThreads(),
                "lockstep-" + parts.module() + "-copy",
                (tree, id) -> parts.map().coverAll(parts.gate().marking(), tree, id),
                settings.detail() ? parts.detail() : _ -> {},
                () -> deadline != Long.MAX_VALUE && parts.time().nanoTime() - deadline > 0);
    }

    /** What was copied so far need not be remembered any more: it is on both disks, or this node counts as not compared. */
    private void syncBoth() throws IOException, InterruptedException {
        syncBoth(parts.requests(), parts.trees(), parts.disk());
        sender.check();
    }

    /** Puts everything on both disks. What the local one refuses is remembered: all that follows from it is that marks stay. */
    public static void syncBoth(Requests requests, List<BackingTree> trees, DiskRefusal disk)
            throws IOException, InterruptedException {
        var peer = requests.promise(Frame.SYNC, 0, _ -> {});
        Optional<FileSystemFailure> _ = disk.sync(trees);
        Answer answer = Requests.get(peer);
        if (!(answer instanceof Answer.Done)) {
            throw new Broken(Sender.sentence(answer));
        }
    }
}
