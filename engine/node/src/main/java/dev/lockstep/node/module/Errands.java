package dev.lockstep.node.module;

import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.data.DataEvents;
import dev.lockstep.node.data.DataFailure;
import dev.lockstep.node.state.StateDisk;
import dev.lockstep.node.threads.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a module has to do and may have to wait for: changes of its data on a worker, small files on a clerk. Outcomes come back as
 * events or as lines of the log; nothing that is thrown here gets lost.
 */
final class Errands {
    private static final String DATA = "rfsplug";

    /** Actions that may wait; the automaton never has more than a few on the way. */
    private static final int CAPACITY = 256;

    private final Executor threads;
    private final Lane worker;
    private final Lane clerk;
    private final StateDisk place;
    private final DataEvents outcomes;
    private final AtomicBoolean measuring = new AtomicBoolean();

    /** Something that may wait and can fail with a sentence for the operator. */
    @FunctionalInterface
    interface Errand {
        void run() throws DataFailure;
    }

    /** Something that is written to disk. */
    @FunctionalInterface
    interface Writing {
        void run() throws IOException;
    }

    /**
     * Errands of a module.
     *
     * @param threads on which it may wait
     * @param place where its small files are
     */
    Errands(String module, Executor threads, StateDisk place, DataEvents outcomes) {
        this.place = place;
        this.threads = threads;
        this.worker = new Lane(module + " worker", threads, CAPACITY);
        this.clerk = new Lane(module + " clerk", threads, CAPACITY);
        this.outcomes = outcomes;
    }

    /** Runs an errand after those before it; its end is told as the end of the action with this token. */
    void run(long token, Errand errand) {
        worker.submit(() -> outcomes.event(outcome(token, errand)));
    }

    /** Runs an errand beside those that are under way, which may hang; its end is told as {@link #run(long, Errand)} does. */
    void aside(long token, Errand errand) {
        threads.execute(() -> outcomes.event(outcome(token, errand)));
    }

    private static Event outcome(long token, Errand errand) {
        try {
            errand.run();
            return new Event.ActionDone(token);
        } catch (DataFailure reason) {
            return new Event.ActionFailed(token, reason.getMessage(), reason.isUnrecorded());
        } catch (RuntimeException | LinkageError defect) {
            return new Event.ActionFailed(token, "A defect: " + defect);
        }
    }

    /** Runs an errand nobody waits for, then {@code afterwards}, whatever came of it; a failure is logged. */
    void run(String what, Errand errand, Runnable afterwards) {
        worker.submit(() -> {
            try {
                errand.run();
            } catch (DataFailure reason) {
                outcomes.log(LogLevel.C, DATA, reason.getMessage());
            } catch (RuntimeException | LinkageError defect) {
                outcomes.log(LogLevel.C, DATA, "A defect kept the module from being able to " + what + ": " + defect);
            }
            afterwards.run();
        });
    }

    /** Writes something to disk after what was written before; a failure is logged. */
    void write(Writing writing) {
        clerk.submit(() -> {
            try {
                writing.run();
            } catch (IOException disk) {
                outcomes.log(LogLevel.C, "heart", "The state of the module cannot be written: " + place.explain(disk));
            }
        });
    }

    /** Takes figures, which may wait for a disk; not at all while the last ones are still being taken. */
    void measure(Runnable figures) {
        if (measuring.compareAndSet(false, true)) {
            clerk.submit(() -> {
                try {
                    figures.run();
                } finally {
                    measuring.set(false);
                }
            });
        }
    }

    /** Takes no more errands and waits for those on the way; false if something still runs after {@code limit}. */
    boolean end(Duration limit) throws InterruptedException {
        boolean ended = worker.join(limit);
        return clerk.join(limit) && ended;
    }
}
