package dev.lockstep.replication.state;

import dev.lockstep.core.mirror.ReplicaIdentity;
import java.util.List;

/**
 * The durable record of a copy.
 *
 * @param identity what the automaton decides on
 * @param lineage names the dirty log that holds the marks since {@code identity.base()}; 0 when there is none
 * @param lastSynchronizedMillis when the copy was last known equal to the peer's, 0 if never
 */
public record CopyRecord(ReplicaIdentity identity, long lineage, long lastSynchronizedMillis) {
    /** A copy that has never been part of a mirror. */
    public static CopyRecord blank() {
        return new CopyRecord(ReplicaIdentity.blank(), 0, 0);
    }

    /** This copy goes on without the peer, in a new generation. What the marks start from stays. */
    public CopyRecord alone(long generation) {
        boolean tracked = identity.base() != 0;
        return new CopyRecord(
                new ReplicaIdentity(
                        generation, identity.base(), identity.historyWhenGoneOn(), true, false, false, false, true),
                tracked ? lineage : 0,
                lastSynchronizedMillis);
    }

    /** Nothing is known any more about what changed since when. */
    public CopyRecord untracked() {
        return new CopyRecord(
                new ReplicaIdentity(
                        identity.generation(),
                        0,
                        identity.history(),
                        identity.upToDate(),
                        identity.inconsistent(),
                        identity.neverSynchronized(),
                        identity.inPair(),
                        identity.lastPrimary()),
                0,
                lastSynchronizedMillis);
    }

    /** This copy is not the latest. */
    public CopyRecord outdated() {
        return new CopyRecord(
                new ReplicaIdentity(
                        identity.generation(),
                        identity.base(),
                        identity.history(),
                        false,
                        identity.inconsistent(),
                        identity.neverSynchronized(),
                        false,
                        identity.lastPrimary()),
                lineage,
                lastSynchronizedMillis);
    }

    /**
     * A reintegration into this copy begins.
     *
     * @param full whether everything is compared: this copy's generations then mean nothing any more
     */
    public CopyRecord target(boolean full) {
        return new CopyRecord(
                new ReplicaIdentity(
                        full ? 0 : identity.generation(),
                        full ? 0 : identity.base(),
                        full ? List.of() : identity.history(),
                        false,
                        true,
                        identity.neverSynchronized(),
                        false,
                        false),
                full ? 0 : lineage,
                lastSynchronizedMillis);
    }

    /** The source of a reintegration, just before the target is told that it is up to date in generation {@code pair}. */
    public CopyRecord pairing(long pair) {
        return new CopyRecord(
                new ReplicaIdentity(
                        pair, identity.base(), identity.historyWhenGoneOn(), true, false, false, true, true),
                lineage,
                lastSynchronizedMillis);
    }

    /** Both copies are equal in the current generation; marks start from it in a new log. */
    public CopyRecord paired(long newLineage, long millis) {
        return new CopyRecord(
                new ReplicaIdentity(
                        identity.generation(),
                        identity.generation(),
                        identity.history(),
                        true,
                        false,
                        false,
                        true,
                        identity.lastPrimary()),
                newLineage,
                millis);
    }

    /** The target of a reintegration, equal to its source in generation {@code pair}. */
    public static CopyRecord joined(long pair, List<Long> history, long lineage, long millis) {
        return new CopyRecord(
                new ReplicaIdentity(pair, pair, history, true, false, false, true, false), lineage, millis);
    }

    /** The same copy, whose marks are all settled: a new log. */
    public CopyRecord withLineage(long newLineage, long millis) {
        return new CopyRecord(identity, newLineage, millis);
    }
}
