package dev.lockstep.replication.engine;

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

    long mutationsSent() {
        return mutationsSent;
    }

    long replicationBytes() {
        return replicationBytes;
    }

    long mutationsApplied() {
        return mutationsApplied;
    }

    long appliedBytes() {
        return appliedBytes;
    }

    long reintegrationBytes() {
        return reintegrationBytes;
    }
}
