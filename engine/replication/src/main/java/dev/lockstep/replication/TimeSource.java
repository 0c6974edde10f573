package dev.lockstep.replication;

/** The engine's clocks. Decisions use only {@link #nanoTime}; the wall clock is for display. */
public interface TimeSource {
    /** Monotonic nanoseconds. */
    long nanoTime();

    /** Milliseconds since the epoch. */
    long wallMillis();

    /** The machine's clocks. */
    static TimeSource system() {
        return new TimeSource() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
