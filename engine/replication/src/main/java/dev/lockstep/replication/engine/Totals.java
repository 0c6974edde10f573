package dev.lockstep.replication.engine;

import dev.lockstep.replication.ReplicationStatistics;
import dev.lockstep.replication.track.DirtyMap;

/** Counters of sessions that are over. Guarded by the engine's lock. */
final class Totals {
    private long mutationsSent;
    private long replicationBytes;
    private long mutationsApplied;
    private long appliedBytes;
    private long reintegrationBytes;

    void add(PrimarySession session) {
        mutationsSent += session.stream().mutations();
        replicationBytes += session.stream().payloadBytes();
        reintegrationBytes += session.source().copiedBytes();
    }

    void add(SecondarySession session) {
        mutationsApplied += session.applier().applied();
        appliedBytes += session.applier().appliedBytes();
        reintegrationBytes += session.copiedBytes();
    }

    void add(Totals other) {
        mutationsSent += other.mutationsSent;
        replicationBytes += other.replicationBytes;
        mutationsApplied += other.mutationsApplied;
        appliedBytes += other.appliedBytes;
        reintegrationBytes += other.reintegrationBytes;
    }

    long replicationBytes() {
        return replicationBytes;
    }

    long appliedBytes() {
        return appliedBytes;
    }

    long reintegrationBytes() {
        return reintegrationBytes;
    }

    /**
     * With what is to be known of the present.
     *
     * @param session the one that serves a peer; null for none
     */
    ReplicationStatistics statistics(Rates rates, PrimarySession session, DirtyMap map) {
        return new ReplicationStatistics(
                mutationsSent,
                replicationBytes,
                mutationsApplied,
                appliedBytes,
                reintegrationBytes,
                rates.replication(),
                rates.reintegration(),
                session == null ? 0 : session.stream().pending(),
                session == null ? 0 : session.stream().pendingBytes(),
                session == null ? 0 : session.stream().oldestPendingNanos(),
                map.size(),
                map.size() * map.zoneBytes(),
                map.syncs());
    }
}
