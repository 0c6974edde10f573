package dev.lockstep.replication.reintegration;

import dev.lockstep.replication.ReintegrationProgress;
import dev.lockstep.replication.ReintegrationSummary;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a reintegration has done so far. Thread-safe. */
public final class Counters {
    final LongAdder objects = new LongAdder();
    final LongAdder objectsKnown = new LongAdder();
    final LongAdder files = new LongAdder();
    final LongAdder bytesCompared = new LongAdder();
    final LongAdder bytesCopied = new LongAdder();
    final LongAdder bytesKnown = new LongAdder();
    private final AtomicInteger round = new AtomicInteger();

    int round() {
        return round.get();
    }

    void nextRound() {
        round.incrementAndGet();
    }

    /** Bytes of data sent. */
    public long copied() {
        return bytesCopied.sum();
    }

    ReintegrationProgress progress(long elapsedNanos) {
        ReintegrationProgress progress = progress(elapsedNanos, -1);
        int percent = progress.percent();
        return percent == 0 ? progress : progress(elapsedNanos, elapsedNanos / percent * (100 - percent));
    }

    private ReintegrationProgress progress(long elapsedNanos, long remainingNanos) {
        return new ReintegrationProgress(
                round.get(),
                objects.sum(),
                objectsKnown.sum(),
                bytesCompared.sum(),
                bytesCopied.sum(),
                bytesKnown.sum(),
                elapsedNanos,
                remainingNanos);
    }

    ReintegrationSummary summary(long elapsedNanos, long frozenNanos) {
        return new ReintegrationSummary(
                round.get(),
                objects.sum(),
                files.sum(),
                bytesCompared.sum(),
                bytesCopied.sum(),
                elapsedNanos,
                frozenNanos);
    }
}
