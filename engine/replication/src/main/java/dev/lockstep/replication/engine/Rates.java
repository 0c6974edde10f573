package dev.lockstep.replication.engine;

/** Rates averaged over the last three seconds, from counters looked at once per second. */
final class Rates {
    private static final int SAMPLES = 4;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long TOO_OLD_NANOS = 3 * NANOS_PER_SECOND;
    private static final int KILOBYTE = 1024;

    private final long[] at = new long[SAMPLES];
    private final long[][] bytes = new long[2][SAMPLES];
    private int taken;

    /** Takes a sample. */
    synchronized void sample(long nanos, long replication, long reintegration) {
        if (taken > 0 && nanos - at[(taken - 1) % SAMPLES] > TOO_OLD_NANOS) {
            taken = 0; // nobody looked for a while, because nothing happened
        }
        int slot = taken % SAMPLES;
        at[slot] = nanos;
        bytes[0][slot] = replication;
        bytes[1][slot] = reintegration;
        taken++;
    }

    /** KB/s of the stream. */
    synchronized long replication() {
        return rate(bytes[0]);
    }

    /** KB/s of reintegrations. */
    synchronized long reintegration() {
        return rate(bytes[1]);
    }

    private long rate(long[] counted) {
        if (taken < 2) {
            return 0;
        }
        int newest = (taken - 1) % SAMPLES;
        int oldest = taken <= SAMPLES ? 0 : taken % SAMPLES;
        long nanos = Math.max(1, at[newest] - at[oldest]);
        return (counted[newest] - counted[oldest]) * NANOS_PER_SECOND / nanos / KILOBYTE;
    }
}
