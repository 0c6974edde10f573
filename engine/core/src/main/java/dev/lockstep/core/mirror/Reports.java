package dev.lockstep.core.mirror;

import java.util.List;

/** Composes what is told to the peer. */
final class Reports {
    private Reports() {}

    static PeerReport of(MirrorState s) {
        ReplicaIdentity id = s.identity();
        List<Long> history = id.history();
        if (history.size() > ReplicaIdentity.HISTORY_REPORTED_MAX) {
            history = history.subList(0, ReplicaIdentity.HISTORY_REPORTED_MAX);
        }
        ReplicaIdentity told = new ReplicaIdentity(
                id.generation(),
                id.base(),
                history,
                id.upToDate(),
                id.inconsistent(),
                id.neverSynchronized(),
                id.inPair(),
                id.lastPrimary());
        return new PeerReport(
                s.settings().localNode(),
                s.incarnation(),
                s.revision(),
                s.state(),
                s.readiness(),
                told,
                s.failover(),
                s.claim(),
                s.accepted(),
                s.handover(),
                s.swap().number(),
                s.swap().origin(),
                s.swap().withoutSync(),
                s.pair() == MirrorState.Pair.PAIRED,
                s.wasPrimary(),
                s.state().runsApplication() ? s.progress().tick() - s.progress().roleSince() : 0,
                s.verdict(),
                s.settings().signature());
    }
}
