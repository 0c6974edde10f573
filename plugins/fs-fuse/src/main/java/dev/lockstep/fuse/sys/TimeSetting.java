package dev.lockstep.fuse.sys;

import dev.lockstep.api.fs.Timestamp;

/**
 * What becomes of one time of a file: {@code struct timespec} as utimensat(2) takes it.
 *
 * @param seconds seconds since the epoch
 * @param fraction nanoseconds, or what stands in their place for {@link #NOW} and {@link #OMIT}
 */
public record TimeSetting(long seconds, long fraction) {
    /** The present (UTIME_NOW). */
    public static final TimeSetting NOW = new TimeSetting(0, (1L << 30) - 1);
    /** It stays as it is (UTIME_OMIT). */
    public static final TimeSetting OMIT = new TimeSetting(0, (1L << 30) - 2);

    /** It becomes this time. */
    public static TimeSetting to(Timestamp time) {
        return new TimeSetting(time.seconds(), time.nanos());
    }
}
