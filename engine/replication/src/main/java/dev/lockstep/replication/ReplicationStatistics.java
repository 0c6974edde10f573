package dev.lockstep.replication;

/**
 * Counters since the engine was opened, and what is going on now.
 *
 * @param mutationsSent mutations sent to the secondary
 * @param replicationBytes payload bytes of those
 * @param mutationsApplied mutations of the primary applied here
 * @param appliedBytes payload bytes of those
 * @param reintegrationBytes payload bytes sent or received by reintegrations
 * @param replicationKilobytesPerSecond {@code rfs.rep_bandwidth}: average of the last three seconds
 * @param reintegrationKilobytesPerSecond {@code rfs.rei_bandwidth}: average of the last three seconds
 * @param pendingOperations writes that wait for the peer
 * @param pendingBytes payload bytes of those
 * @param oldestPendingNanos age of the oldest of them, 0 if none
 * @param dirtyObjects objects marked as owed to the peer, or in doubt after a crash
 * @param dirtyBytes upper bound of the file bytes marked
 * @param logSyncs times the dirty log was forced to disk
 */
public record ReplicationStatistics(
        long mutationsSent,
        long replicationBytes,
        long mutationsApplied,
        long appliedBytes,
        long reintegrationBytes,
        long replicationKilobytesPerSecond,
        long reintegrationKilobytesPerSecond,
        int pendingOperations,
        long pendingBytes,
        long oldestPendingNanos,
        long dirtyObjects,
        long dirtyBytes,
        long logSyncs) {}
