package dev.lockstep.replication;

/**
 * What a reintegration did. The target knows only the bytes and the time: the other counts are 0 there.
 *
 * @param rounds passes, the last one with writes held included
 * @param objects objects compared
 * @param files files of which data was sent
 * @param bytesCompared file bytes compared
 * @param bytesCopied file bytes sent
 * @param elapsedNanos duration
 * @param frozenNanos for how long writes were held in the last round
 */
public record ReintegrationSummary(
        int rounds,
        long objects,
        long files,
        long bytesCompared,
        long bytesCopied,
        long elapsedNanos,
        long frozenNanos) {}
