package dev.lockstep.mina;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lines that may be written about what strangers do: a number at once, and one more from time to time, so that nobody fills a log and
 * nobody silences it for good. Thread-safe.
 */
final class RefusalBudget {
    /** Lines at once after a quiet time. */
    static final int BURST = 20;

    /** Time after which one more line may be written. */
    static final Duration REFILL = Duration.ofSeconds(30);

    private final LongSupplier nanos;
    private long lines = BURST;
    private long since;

    /** @param nanos a clock that only counts */
    RefusalBudget(LongSupplier nanos) {
        this.nanos = nanos;
        this.since = nanos.getAsLong();
    }

    /** Takes a line; answers whether there was one. */
    synchronized boolean take() {
        long earned = (now() - since) / REFILL.toNanos();
        since += earned * REFILL.toNanos();
        lines = Math.min(BURST, lines + earned);
        if (lines == 0) {
            return false;
        }
        lines--;
        return true;
    }

    /** The clock of the budget. */
    long now() {
        return nanos.getAsLong();
    }
}
