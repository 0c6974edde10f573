package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.ReplicaIdentity.Relation;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/** Named conditions on a situation: what the guards of the rows are made of. */
final class Facts {
    /** How a copy stands to one that is not behind it, or may not be. */
    private static final Set<Relation> NOT_BEHIND = EnumSet.of(Relation.BEHIND, Relation.DIVERGED, Relation.UNDECIDED);

    private Facts() {}

    /** Nothing of a plan remains. */
    static boolean idle(Turn t) {
        return t.planToken == 0 && t.plan.isEmpty();
    }

    /** Between two steps of a plan, or idle: the place where a plan may be replaced. */
    static boolean between(Turn t) {
        return t.planToken == 0;
    }

    /** The plan waits for a hook and for nothing else. */
    static boolean hookRuns(Turn t) {
        return t.current.filter(PlanStep.Call.class::isInstance).isPresent();
    }

    static boolean usable(Turn t) {
        return !t.settings.replicated() || t.identity.usable();
    }

    static boolean peerUsable(Turn t, PeerReport r) {
        return !t.settings.replicated() || r.identity().usable();
    }

    static Relation relation(Turn t, PeerReport r) {
        return t.settings.replicated() ? t.identity.relationTo(r.identity()) : Relation.EQUAL;
    }

    static boolean heard(Turn t, Predicate<PeerReport> condition) {
        return t.peer.heard().filter(condition).isPresent();
    }

    static boolean peerPrimary(Turn t) {
        return heard(t, PeerReport::primary);
    }

    static boolean peerIn(Turn t, ModuleState state) {
        return heard(t, r -> r.state() == state);
    }

    /** The peer has no role, running or waiting to be told: it is stopped or waits. */
    static boolean peerDown(Turn t) {
        return heard(t, r -> r.state() == ModuleState.STOP || r.state() == ModuleState.WAIT);
    }

    static boolean peerSecondReady(Turn t) {
        return heard(t, r -> r.state() == ModuleState.SECOND && r.readiness() == Readiness.READY);
    }

    /** The peer is an equal secondary that takes over what this node has left. */
    static boolean peerMayTakeOver(Turn t) {
        return heard(
                t,
                r -> r.state() == ModuleState.SECOND
                        && r.failover()
                        && peerUsable(t, r)
                        && relation(t, r) == Relation.EQUAL);
    }

    /** The peer went on from our generation: ours is stale. */
    static boolean peerAhead(Turn t) {
        return heard(t, r -> relation(t, r) == Relation.BEHIND && peerUsable(t, r));
    }

    /** The peer's copy is older than ours: it will find that out and leave. */
    static boolean peerBehind(Turn t) {
        return heard(t, r -> relation(t, r) == Relation.AHEAD);
    }

    /** The peer has given up the role it had in our generation. */
    static boolean peerLeftOurs(Turn t) {
        return heard(
                t, r -> r.handover().filter(g -> g == t.identity.generation()).isPresent());
    }

    /** The peer is no danger: it is silent, has accepted our claim, or has left its role and is durably outdated. */
    static boolean consent(Turn t) {
        if (t.peer.silent()) {
            return true;
        }
        boolean accepted = t.claim.isPresent() && heard(t, r -> r.accepted().equals(t.claim));
        return accepted
                || (t.settings.replicated()
                        && peerLeftOurs(t)
                        && heard(t, r -> !r.identity().usable()));
    }

    /** We have promised the peer not to become primary by ourselves. */
    static boolean promised(Turn t) {
        return t.accepted.isPresent() || t.accepting.isPresent();
    }

    /** Whether the peer's claim may be accepted here and now. */
    static boolean acceptable(Turn t) {
        if (t.data == DataMode.PRIMARY || t.accepting.isPresent()) {
            return false;
        }
        return heard(t, r -> r.claim().filter(c -> acceptable(t, r, c)).isPresent());
    }

    private static boolean acceptable(Turn t, PeerReport r, Claim c) {
        if (t.accepted.filter(c::equals).isPresent()) {
            return false;
        }
        if (t.claim.filter(own -> !c.winsOver(own)).isPresent()) {
            return false;
        }
        Relation relation = relation(t, r);
        return !usable(t)
                || c.rank() == Claim.RANK_OPERATOR
                || relation == Relation.EQUAL
                || relation == Relation.BEHIND;
    }

    /** Both copies may lead and are equal: this one was primary last, or the names decide. */
    static boolean firstAmongEquals(Turn t, PeerReport r) {
        boolean mine = t.settings.replicated() && t.identity.lastPrimary();
        boolean theirs = t.settings.replicated() && r.identity().lastPrimary();
        return mine != theirs ? mine : t.settings.localNode().compareTo(r.node()) < 0;
    }

    /** {@code defaultprim} wants this node to be primary once it has joined. */
    static boolean preferred(Turn t) {
        return switch (t.settings.defaultPrimary()) {
            case ALONE -> false;
            case LASTPRIM -> t.order.wasPrimaryBefore();
            case NODE -> t.settings.defaultPrimaryNode().equals(t.settings.localNode());
        };
    }

    /** The peer asks for an exchange of roles that has not been looked at. */
    static boolean swapAsked(Turn t) {
        return heard(t, r -> r.swapRequest() != 0 && r.swapRequest() != t.swap.seen());
    }

    /** The data are on their way out of the primary role; whether the peer has all of them is known only at the end. */
    static boolean demoting(Turn t) {
        return t.current.filter(PlanStep.Demote.class::isInstance).isPresent();
    }

    static boolean paired(Turn t) {
        return t.pair == Pair.PAIRED;
    }

    /** The roles before the isolation decide between two primaries. */
    static boolean formerRolesDecide(Turn t, PeerReport r) {
        return (t.wasPrimary == FormerRole.PRIMARY && r.wasPrimary() == FormerRole.SECONDARY)
                || (t.wasPrimary == FormerRole.SECONDARY && r.wasPrimary() == FormerRole.PRIMARY);
    }

    /** Neither node may start by itself: both went on, or the peer did. */
    static boolean peerNotBehind(Turn t) {
        return heard(t, r -> peerUsable(t, r) && NOT_BEHIND.contains(relation(t, r)));
    }

    static boolean deadlinePassed(Turn t) {
        return t.deadline != 0 && t.tick >= t.deadline;
    }
}
