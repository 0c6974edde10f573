package dev.lockstep.replication.stream;

import dev.lockstep.api.fs.Completion;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.words.Trouble;
import dev.lockstep.replication.track.DirtyMap;
import dev.lockstep.replication.track.DiskRefusal;
import dev.lockstep.replication.track.Marking;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The gate of a module. Its life is a sequence of phases; in each one operations are refused, held or admitted, and marked in one
 * way. An operation belongs to the phase it entered in until it is committed or abandoned, so "every operation of an earlier
 * phase has left" ({@link #awaitDrained}) means: what it changed is in the backing tree, its marks are in that phase's marking,
 * and its mutation, if there is a stream, has a position.
 *
 * <p>Thread-safe.
 */
public final class Gate implements MutationGate {
    /** An operation is held no longer than this before the application gets EIO. */
    static final Duration HOLD_MAX = Duration.ofMinutes(2);

    /** Phases whose operations may still be inside. More only if an operation hangs in the backing tree meanwhile. */
    private static final int PHASES = 4096;

    private static final long DRAIN_POLL_NANOS = 100_000;

    /** Ticket of an operation that changes nothing, admitted while writes are refused. */
    private static final long NOTHING = -1;

    private final DirtyMap map;
    private final DiskRefusal disk;
    private final LogLoss loss;
    private final Object monitor = new Object();
    private final Phase[] phases = new Phase[PHASES];
    private volatile Phase phase = new Phase(0, Admission.REFUSE, Marking.NONE);
    private volatile PrimaryStream stream;
    /** Null while there are none. */
    private volatile UntoldRefusals untold;

    private volatile long brakeNanos;
    private long drainedBefore;

    /** Operations of phases before this one are not acknowledged. */
    private volatile long failedBefore;

    /** Whether something may differ or be lost that only the marks of this pair tell. */
    private volatile boolean marksStay;

    /** What happens to operations that enter. */
    public enum Admission {
        /** EROFS. */
        REFUSE,
        /** They wait for the next phase. */
        HOLD,
        /** They are marked and go on. */
        ADMIT
    }

    /** Compared by identity. */
    private static final class Phase {
        private final long number;
        private final Admission admission;
        private final Marking marking;
        private final AtomicLong inside = new AtomicLong();

        Phase(long number, Admission admission, Marking marking) {
            this.number = number;
            this.admission = admission;
            this.marking = marking;
        }
    }

    /** Asked when a mark cannot be put on disk. */
    @FunctionalInterface
    public interface LogLoss {
        /**
         * Makes durable that everything counts as changed, so that no mark is needed; from then on none is made.
         *
         * @param gate that asks
         * @param where the marking that failed
         * @throws IOException if that cannot be recorded either: then nothing may be written
         */
        void everythingChanged(Gate gate, Marking where, IOException why) throws IOException;
    }

    /** A gate that refuses. */
    public Gate(DirtyMap map, DiskRefusal disk, LogLoss loss) {
        this.map = map;
        this.disk = disk;
        this.loss = loss;
        phases[0] = phase;
    }

    /** Begins the next phase. */
    public void switchTo(Admission admission, Marking marking) {
        synchronized (monitor) {
            Phase next = new Phase(phase.number + 1, admission, marking);
            phases[(int) (next.number % PHASES)] = next;
            phase = next;
            monitor.notifyAll();
        }
    }

    /**
     * The disk of this node refused data while it was secondary, when there was no application to be told: of each object the first flush
     * that only this node answers fails once. To be called before it admits anything.
     */
    public void tellOfRefusals() {
        untold = new UntoldRefusals();
    }

    /** Refuses what enters, and ends with {@code errno} what waits for the peer and what is still going to. */
    public void shut(int errno) {
        switchTo(Admission.REFUSE, Marking.NONE);
        PrimaryStream to = stream;
        if (to != null) {
            to.settle(errno);
        }
    }

    /** Lets each operation that enters wait for so long first, 0 to let go: a joining peer must be able to catch up. */
    public void brake(long nanos) {
        brakeNanos = nanos;
    }

    /** What happens now to operations that enter. */
    public Admission admission() {
        return phase.admission;
    }

    /** How marks are made now. */
    public Marking marking() {
        return phase.marking;
    }

    /** Where mutations go from now on; null for nowhere. To be set while no operation is inside, or with a stream that is settled. */
    public void stream(PrimaryStream newStream) {
        if (newStream != null) {
            marksStay = false;
        }
        stream = newStream;
    }

    /** Marks made in this pair are not to be dropped any more: something may differ, or be lost, that only they tell. */
    public void keepMarks() {
        marksStay = true;
    }

    /** Whether marks are not to be dropped. What every operation that has left has told of it is known, but for flushes of the disk. */
    public boolean marksStay() {
        return marksStay || disk.stands();
    }

    @Override
    public void refusedByDisk(String what) {
        disk.refused(what);
    }

    /** What is still inside fails when it is committed: the role it was admitted in is over. What it changed is marked. */
    public void failInside() {
        failedBefore = phase.number;
    }

    /** Waits until every operation of the phases before the present one has left. @return whether they have */
    public boolean awaitDrained(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!drained()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(DRAIN_POLL_NANOS);
        }
        return true;
    }

    private boolean drained() {
        synchronized (monitor) {
            long now = phase.number;
            while (drainedBefore < now) {
                if (phases[(int) (drainedBefore % PHASES)].inside.get() != 0) {
                    return false;
                }
                drainedBefore++;
            }
            return true;
        }
    }

    @Override
    public long enter(Intent intent) throws FileSystemFailure {
        long deadline = 0;
        while (true) {
            Phase now = phase;
            switch (now.admission) {
                case REFUSE -> {
                    if (intent instanceof Intent.Durability) {
                        return NOTHING;
                    }
                    throw new FileSystemFailure(FileSystemFailure.EROFS, "write on a node that may not write now");
                }
                case HOLD -> {
                    deadline = deadline == 0 ? System.nanoTime() + HOLD_MAX.toNanos() : deadline;
                    awaitNext(now, deadline);
                }
                case ADMIT -> {
                    PrimaryStream to = stream;
                    if (to != null) {
                        to.awaitRoom();
                    }
                    long brake = brakeNanos;
                    if (brake > 0) {
                        LockSupport.parkNanos(brake);
                    }
                    now.inside.incrementAndGet();
                    if (phase == now) {
                        mark(now, intent);
                        return now.number;
                    }
                    now.inside.decrementAndGet();
                }
            }
        }
    }

    private void awaitNext(Phase held, long deadline) throws FileSystemFailure {
        synchronized (monitor) {
            while (phase == held) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    throw new FileSystemFailure(FileSystemFailure.EIO, "write held too long");
                }
                try {
                    monitor.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new FileSystemFailure(FileSystemFailure.EIO, "write interrupted while held");
                }
            }
        }
    }

    private void mark(Phase now, Intent intent) throws FileSystemFailure {
        try {
            try {
                map.await(now.marking, map.cover(now.marking, intent));
            } catch (IOException e) {
                loss.everythingChanged(this, now.marking, e);
            }
        } catch (IOException e) {
            now.inside.decrementAndGet();
            throw new FileSystemFailure(FileSystemFailure.EIO, "mark in the dirty log (" + Trouble.of(e) + ")");
        } catch (RuntimeException e) {
            now.inside.decrementAndGet();
            throw e;
        }
    }

    @Override
    public void expect(long ticket, int tree, long... ids) {
        if (ticket != NOTHING) {
            map.expect(phases[(int) (ticket % PHASES)].marking, tree, ids);
        }
    }

    @Override
    public void commit(long ticket, Mutation mutation, Completion completion) {
        if (ticket == NOTHING) {
            completion.completed(0);
            return;
        }
        Phase entered = phases[(int) (ticket % PHASES)];
        PrimaryStream to = stream;
        boolean late = ticket < failedBefore;
        boolean whole = false;
        try {
            if (mutation instanceof Mutation.Create create) {
                map.created(entered.marking, create.tree(), create.id());
            }
            if (to != null && !late) {
                to.commit(mutation, completion);
            }
            whole = true;
        } finally {
            leave(entered, to, whole ? null : "a change could not be sent");
        }
        if (late) {
            completion.completed(FileSystemFailure.EIO);
        } else if (to == null) {
            UntoldRefusals refusals = untold;
            completion.completed(refusals == null ? 0 : refusals.tell(mutation));
        }
    }

    @Override
    public void doubt(long ticket, String what) {
        if (ticket != NOTHING) {
            leave(phases[(int) (ticket % PHASES)], stream, what);
        }
    }

    @Override
    public void broken(long ticket) {
        keepMarks();
        abandon(ticket);
    }

    /** @param doubt why the peer may lack something; null if it does not. It is given up before its marks can be dropped */
    private static void leave(Phase entered, PrimaryStream to, String doubt) {
        try {
            if (to != null && doubt != null) {
                to.giveUp(doubt);
            }
        } finally {
            entered.inside.decrementAndGet();
        }
    }

    @Override
    public void abandon(long ticket) {
        if (ticket != NOTHING) {
            phases[(int) (ticket % PHASES)].inside.decrementAndGet();
        }
    }
}
