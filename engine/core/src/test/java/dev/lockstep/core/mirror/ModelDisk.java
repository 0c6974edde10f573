package dev.lockstep.core.mirror;

import dev.lockstep.core.replication.SyncPlan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What survives a crash of a node of the model; its identity changes as the record of the replication engine does. */
final class ModelDisk {
    ReplicaIdentity identity = ReplicaIdentity.blank();
    final Set<Integer> data = new HashSet<>();
    long incarnation;
    boolean failover = true;
    LoopCounter loop = LoopCounter.ZERO;

    /** Nothing can be recorded any more: the disk of the state is full, or answers with errors. */
    boolean refuses;

    /** Whoever records something waits, until it does not hang any more. */
    boolean hangs;

    boolean takes() {
        return !refuses && !hangs;
    }

    /** This copy goes on without the peer. */
    ReplicaIdentity alone(long generation) {
        return new ReplicaIdentity(
                generation, identity.base(), identity.historyWhenGoneOn(), true, false, false, false, true);
    }

    /** The source of a reintegration, just before the target is told that it is up to date. */
    ReplicaIdentity pairing(long generation) {
        return new ReplicaIdentity(
                generation, identity.base(), identity.historyWhenGoneOn(), true, false, false, true, true);
    }

    /** Both copies are equal; {@code lastPrimary} tells the source from the target. */
    static ReplicaIdentity paired(ReplicaIdentity pair, boolean lastPrimary) {
        return new ReplicaIdentity(
                pair.generation(), pair.generation(), pair.history(), true, false, false, true, lastPrimary);
    }

    ReplicaIdentity outdated() {
        ReplicaIdentity i = identity;
        return new ReplicaIdentity(
                i.generation(),
                i.base(),
                i.history(),
                false,
                i.inconsistent(),
                i.neverSynchronized(),
                false,
                i.lastPrimary());
    }

    /** A reintegration into this copy begins. */
    ReplicaIdentity target(ReplicaIdentity source, boolean copyAll) {
        boolean full = SyncPlan.between(source, identity, copyAll).full();
        return new ReplicaIdentity(
                full ? 0 : identity.generation(),
                full ? 0 : identity.base(),
                full ? List.of() : identity.history(),
                false,
                true,
                identity.neverSynchronized(),
                false,
                false);
    }
}
