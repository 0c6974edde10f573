package dev.lockstep.replication.reintegration;

import dev.lockstep.replication.TimeSource;
import java.util.function.LongSupplier;

/** Keeps the copy below a rate. Thread-safe. */
final class Throttle {
    /** Unused rate is saved up for this long. */
    private static final long BURST_NANOS = 200_000_000;

    private final TimeSource time;
    private final LongSupplier bytesPerSecond;
    private long freeAt;

    /** A rate of 0 is no limit; it is asked for each time. */
    Throttle(TimeSource time, LongSupplier bytesPerSecond) {
        this.time = time;
        this.bytesPerSecond = bytesPerSecond;
        this.freeAt = time.nanoTime();
    }

    /** Takes so many bytes of the rate. @return how long to wait before they are sent */
    long take(long bytes) {
        long rate = bytesPerSecond.getAsLong();
        if (rate <= 0) {
            return 0;
        }
        synchronized (this) {
            long now = time.nanoTime();
            freeAt = Math.max(freeAt, now - BURST_NANOS);
            long wait = Math.max(0, freeAt - now);
            freeAt += bytes * 1_000_000_000L / rate;
            return wait;
        }
    }
}
