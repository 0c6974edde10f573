package dev.lockstep.api.fs;

/**
 * A time of a file, as file systems keep it: seconds and nanoseconds apart. One number of nanoseconds ends in the year 2262, the
 * times of files do not.
 *
 * @param seconds since the epoch, negative before it
 * @param nanos nanoseconds after that second, 0 to 999,999,999
 */
public record Timestamp(long seconds, int nanos) {
    /** 1970-01-01 00:00:00 UTC. */
    public static final Timestamp EPOCH = new Timestamp(0, 0);

    private static final int NANOS_PER_SECOND = 1_000_000_000;

    /** Checks the range of the nanoseconds. */
    public Timestamp {
        if (!isFraction(nanos)) {
            throw new IllegalArgumentException(nanos + " nanoseconds are no part of a second");
        }
    }

    /** Whether so many nanoseconds are part of a second. */
    public static boolean isFraction(int nanos) {
        return nanos >= 0 && nanos < NANOS_PER_SECOND;
    }
}
