package dev.lockstep.node.data;

import dev.lockstep.api.fs.InterceptedTree;
import dev.lockstep.api.words.Trouble;
import dev.lockstep.core.mirror.DiskHealth;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.node.module.ModulePlan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Finds out how the disk below the replicated directories does, by trying it every now and then: what a single file or an application
 * meets says nothing about the disk. An attempt has a thread of its own, because it hangs when the disk does; as long as it does there
 * is no other one. Time is what the process lived through, so that a pause is no silence of the disk. Thread-safe.
 */
final class DiskWatch {
    /** At most so long after an attempt that failed the next one is made. */
    static final long AGAIN_MILLIS = 1_000;

    /** Failed attempts in a row that count: one may be an accident. */
    static final int FAILURES = 2;

    /** More is not believed to have been lived at a time: the process was stopped, and so was its attempt. */
    private static final long STEP_MILLIS = 1_000;

    private final long periodMillis;
    private final long limitMillis;
    private final Supplier<List<InterceptedTree>> trees;
    private final BooleanSupplier refused;
    private final Executor threads;
    private final DataEvents events;

    // guarded by this
    private long sinceMillis;
    private boolean underWay;
    private int failures;
    private DiskHealth tried = DiskHealth.GOOD;
    private DiskHealth told = DiskHealth.GOOD;
    private String what = "";

    /**
     * A watch.
     *
     * @param refused whether the disk is known to have refused data
     * @param threads runs an attempt, in a thread nobody else waits for
     */
    DiskWatch(
            ModulePlan.DiskTest test,
            Supplier<List<InterceptedTree>> trees,
            BooleanSupplier refused,
            Executor threads,
            DataEvents events) {
        periodMillis = test.period().toMillis();
        limitMillis = test.limit().toMillis();
        this.trees = trees;
        this.refused = refused;
        this.threads = threads;
        this.events = events;
    }

    /** Time passes. Does not wait. */
    void lived(long millis) {
        Optional<List<InterceptedTree>> due;
        synchronized (this) {
            sinceMillis += Math.min(millis, STEP_MILLIS);
            due = due();
            if (underWay && sinceMillis >= limitMillis) {
                tried = DiskHealth.HANGS;
                what = "a write of a block has not ended for " + limitMillis + " ms";
            }
        }
        due.ifPresent(those -> threads.execute(() -> attempt(those)));
        tell();
    }

    private Optional<List<InterceptedTree>> due() {
        List<InterceptedTree> those = trees.get();
        if (underWay
                || those.isEmpty()
                || sinceMillis < (failures == 0 ? periodMillis : Math.min(periodMillis, AGAIN_MILLIS))) {
            return Optional.empty();
        }
        underWay = true;
        sinceMillis = 0;
        return Optional.of(those);
    }

    private void attempt(List<InterceptedTree> those) {
        Optional<String> wrong = Optional.of("an attempt to use it ended with a defect of this program");
        try {
            wrong = first(those);
        } finally {
            ended(wrong);
        }
        tell();
    }

    private static Optional<String> first(List<InterceptedTree> those) {
        for (InterceptedTree tree : those) {
            try {
                tree.probe();
            } catch (IOException disk) {
                return Optional.of(Trouble.of(disk));
            }
        }
        return Optional.empty();
    }

    private synchronized void ended(Optional<String> wrong) {
        underWay = false;
        sinceMillis = 0;
        failures = wrong.isEmpty() ? 0 : failures + 1;
        if (wrong.isEmpty()) {
            tried = DiskHealth.GOOD;
        } else if (failures >= FAILURES) {
            tried = DiskHealth.ERRORS;
            what = wrong.get();
        }
    }

    private synchronized void tell() {
        DiskHealth now = tried == DiskHealth.GOOD && refused.getAsBoolean() ? DiskHealth.REFUSED : tried;
        if (now == told) {
            return;
        }
        told = now;
        String why = now == DiskHealth.REFUSED ? "it may lack what memory shows" : what;
        events.event(new Event.DiskChanged(now, now == DiskHealth.GOOD ? "a write of a block succeeds" : why));
    }
}
