package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import java.util.List;
import java.util.Optional;

/** What a peer may say. */
final class Peers {
    private Peers() {}

    static PeerReport claims(PeerReport p, Claim claim) {
        return full(
                p,
                p.state(),
                p.readiness(),
                p.identity(),
                Optional.of(claim),
                Optional.empty(),
                p.handover(),
                0,
                p.linked(),
                p.wasPrimary());
    }

    static PeerReport offers(PeerReport p, long generation) {
        return full(
                p,
                ModuleState.SECOND,
                Readiness.TRANSIENT,
                p.identity(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(generation),
                0,
                false,
                FormerRole.NONE);
    }

    static PeerReport asksForSwap(PeerReport p, long number) {
        return full(
                p,
                p.state(),
                p.readiness(),
                p.identity(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                number,
                false,
                FormerRole.NONE);
    }

    static PeerReport split(PeerReport p, FormerRole former) {
        ReplicaIdentity own = new ReplicaIdentity(
                999, p.identity().generation(), List.of(p.identity().generation()), true, false, false, false, true);
        return full(
                p,
                ModuleState.ALONE,
                Readiness.READY,
                own,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                former);
    }

    static PeerReport report(ModuleState s, Readiness r, ReplicaIdentity identity) {
        return new PeerReport(
                "b",
                1,
                0,
                s,
                r,
                identity,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                "",
                false,
                false,
                FormerRole.NONE,
                0,
                Optional.empty(),
                DiskHealth.GOOD,
                "same");
    }

    static PeerReport with(PeerReport p, ModuleState s, Readiness r, ReplicaIdentity identity) {
        return with(p, s, r, identity, p.accepted());
    }

    static PeerReport with(
            PeerReport p, ModuleState s, Readiness r, ReplicaIdentity identity, Optional<Claim> accepted) {
        return full(p, s, r, identity, p.claim(), accepted, p.handover(), p.swapRequest(), p.linked(), p.wasPrimary());
    }

    static PeerReport full(
            PeerReport p,
            ModuleState s,
            Readiness r,
            ReplicaIdentity identity,
            Optional<Claim> claim,
            Optional<Claim> accepted,
            Optional<Long> handover,
            long swapRequest,
            boolean linked,
            FormerRole wasPrimary) {
        return new PeerReport(
                p.node(),
                p.incarnation(),
                p.sequence(),
                s,
                r,
                identity,
                p.failover(),
                claim,
                accepted,
                handover,
                swapRequest,
                "defaultprim",
                false,
                linked,
                wasPrimary,
                p.ticksInRole(),
                p.verdict(),
                p.disk(),
                p.signature());
    }

    static PeerReport disk(PeerReport p, DiskHealth disk) {
        return changed(p, p.failover(), disk);
    }

    static PeerReport failover(PeerReport p, boolean on) {
        return changed(p, on, p.disk());
    }

    private static PeerReport changed(PeerReport p, boolean failover, DiskHealth disk) {
        return new PeerReport(
                p.node(),
                p.incarnation(),
                p.sequence(),
                p.state(),
                p.readiness(),
                p.identity(),
                failover,
                p.claim(),
                p.accepted(),
                p.handover(),
                p.swapRequest(),
                p.swapOrigin(),
                p.swapWithoutSync(),
                p.linked(),
                p.wasPrimary(),
                p.ticksInRole(),
                p.verdict(),
                disk,
                p.signature());
    }

    static PeerReport aged(PeerReport p, long ticksInRole, Optional<Verdict> verdict) {
        return new PeerReport(
                p.node(),
                p.incarnation(),
                p.sequence(),
                p.state(),
                p.readiness(),
                p.identity(),
                p.failover(),
                p.claim(),
                p.accepted(),
                p.handover(),
                p.swapRequest(),
                p.swapOrigin(),
                p.swapWithoutSync(),
                p.linked(),
                p.wasPrimary(),
                ticksInRole,
                verdict,
                p.disk(),
                p.signature());
    }
}
