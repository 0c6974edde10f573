package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorState.SwapRequest;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerView.Verdict;
import dev.lockstep.core.mirror.ReplicaIdentity.Relation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Rows 300 to 399: from WAIT to a role, or not. */
final class WaitRows {
    private static final Set<Phase> WAITING = EnumSet.of(Phase.WAITING);
    private static final Set<Phase> BLOCKED = EnumSet.of(Phase.BLOCKED);

    private WaitRows() {}

    static List<Row> rows() {
        return List.of(
                waiting(300, t -> prim(t) && !forced(t) && t.identity.inconsistent())
                        .then(
                                "Half a copy is not data; only primforce accepts it",
                                t -> StopRows.fail(t, Texts.INCONSISTENT)),
                waiting(302, t -> prim(t) && Facts.peerPrimary(t))
                        .then("There is one primary", t -> StopRows.fail(t, Texts.PRIM_ABORTED)),
                waiting(304, t -> t.order.verb().wantsSecondary() && known(t) && !Facts.peerPrimary(t))
                        .then("A secondary needs a primary to copy from", t -> StopRows.fail(t, Texts.SECOND_ABORTED)),
                waiting(310, t -> !prim(t) && Facts.peerPrimary(t) && t.tick >= t.retryAt && !t.recording.mute())
                        .ref("M6")
                        .then("The peer serves: copy from it", WaitRows::join),
                waiting(320, t -> prim(t) && mayClaim(t))
                        .ref("M5")
                        .then(
                                "The operator's choice is told to the peer before anything is written",
                                t -> t.claim(Claim.RANK_OPERATOR)),
                waiting(322, t -> prim(t) && known(t) && mayOpen(t))
                        .ref("M5")
                        .then("The operator has chosen these data", t -> open(t, ModuleState.ALONE)),
                waiting(330, t -> leads(t) && mayClaim(t))
                        .ref("M5 M8")
                        .then(
                                "The other node is told that this one goes on, before anything is written",
                                t -> t.claim(Claim.RANK_TAKEOVER)),
                waiting(332, t -> leads(t) && mayOpen(t) && formerPair(t))
                        .ref("M8")
                        .then(
                                "Both nodes start with the same data: the former primary leads",
                                t -> open(t, ModuleState.PRIM)),
                waiting(334, t -> leads(t) && mayOpen(t))
                        .ref("M5")
                        .then(
                                "This copy is the latest there is and nobody else serves",
                                t -> open(t, ModuleState.ALONE)),
                waiting(340, t -> t.claim.isPresent() && !leads(t) && !prim(t))
                        .then("What was heard since makes the claim wrong", t -> t.claim = Optional.empty()),
                waiting(350, t -> blocked(t).isPresent())
                        .ref("M3")
                        .then("A rule keeps the module from going on", WaitRows::block),
                Row.when(360, BLOCKED, t -> Facts.idle(t) && blocked(t).isEmpty())
                        .ref("M4")
                        .then("No rule holds any more", t -> {
                            t.act(new Action.Log(
                                    LogLevel.I, Texts.HEART, "Action wakeup from failover rule Implicit_wakeup"));
                            t.rule = "";
                            t.reason = "";
                            t.phase = Phase.WAITING;
                            t.show(ModuleState.WAIT, Readiness.TRANSIENT);
                        }),
                Row.when(
                                362,
                                BLOCKED,
                                t -> Facts.idle(t)
                                        && blocked(t)
                                                .filter(b -> !b.why().equals(t.reason))
                                                .isPresent())
                        .then("It is blocked for another reason now", WaitRows::block));
    }

    private static Row.Builder waiting(int number, Predicate<Turn> guard) {
        return Row.when(number, WAITING, t -> Facts.idle(t) && guard.test(t));
    }

    private static boolean known(Turn t) {
        return t.peer.verdict() != Verdict.UNKNOWN;
    }

    private static boolean prim(Turn t) {
        return t.order.verb().wantsPrimary();
    }

    private static boolean forced(Turn t) {
        return t.order.verb() == Verb.PRIMFORCE;
    }

    private static boolean mayClaim(Turn t) {
        return t.claim.isEmpty() && !Facts.promised(t) && t.peer.heard().isPresent();
    }

    /**
     * Decided on a tick, which comes behind all reports that wait already: after a pause of this process the consent may be an old
     * one, and the peer's later word be next.
     */
    private static boolean mayOpen(Turn t) {
        boolean latest = t.peer.silent() || t.event instanceof Event.Tick;
        return latest && !Facts.promised(t) && Facts.consent(t) && RecordRows.aloneDue(t);
    }

    /** Both nodes are starting with equal data, so the peer is about to join. */
    private static boolean formerPair(Turn t) {
        return Facts.heard(
                t,
                r -> r.state() == ModuleState.WAIT
                        && Facts.relation(t, r) == Relation.EQUAL
                        && !r.identity().inconsistent());
    }

    /** A plain start finds that this node must become primary. */
    private static boolean leads(Turn t) {
        if (t.order.verb() != Verb.START
                || !Facts.usable(t)
                || Facts.peerPrimary(t)
                || blocked(t).isPresent()) {
            return false;
        }
        return t.peer.silent() || t.peer.heard().filter(r -> leadsOver(t, r)).isPresent();
    }

    private static boolean leadsOver(Turn t, PeerReport r) {
        if (!Facts.peerUsable(t, r) || Facts.relation(t, r) == Relation.AHEAD) {
            return true;
        }
        if (r.state() == ModuleState.SECOND) {
            return false;
        }
        return Facts.firstAmongEquals(t, r) || (!t.settings.replicated() && r.state() == ModuleState.STOP);
    }

    /** Why the module stays in WAIT NotReady, if it does. */
    private static Optional<Block> blocked(Turn t) {
        if (t.recording.mute()) {
            return Optional.of(new Block(Texts.RULE_NOT_RECORDED, Texts.NOT_MARKED, List.of()));
        }
        if (t.order.verb() != Verb.START) {
            return Optional.empty();
        }
        if (!RecordRows.aloneDue(t) && !Facts.peerPrimary(t)) {
            return Optional.of(new Block(Texts.RULE_NOT_RECORDED, t.reason, List.of()));
        }
        if (Facts.peerPrimary(t)) {
            boolean pause = t.failures >= MirrorState.REINTEGRATION_FAILURES_MAX && t.tick < t.retryAt;
            return pause
                    ? Optional.of(new Block(Texts.RULE_REINTEGRATION_FAILED, t.reason, List.of()))
                    : Optional.empty();
        }
        if (!known(t) || !t.settings.replicated()) {
            return Optional.empty();
        }
        return blockedByData(t).map(why -> new Block(Texts.RULE_NOT_UP_TO_DATE, why, advice(t, why)));
    }

    private static Optional<String> blockedByData(Turn t) {
        if (!t.identity.usable()) {
            return Optional.of(Texts.ADVICE_MAY_BE_OLD);
        }
        if (t.peer.silent()) {
            return t.identity.inPair() ? Optional.of(Texts.CRASHED_IN_PAIR) : Optional.empty();
        }
        return t.peer.heard().flatMap(r -> switch (Facts.relation(t, r)) {
            case AHEAD -> Optional.empty();
            case BEHIND -> Optional.of(Texts.STALE);
            case DIVERGED -> Facts.peerUsable(t, r) ? Optional.of(Texts.BOTH_CHANGED) : Optional.empty();
            case UNDECIDED -> Facts.peerUsable(t, r) ? Optional.of(Texts.UNDECIDED) : Optional.empty();
            case EQUAL -> {
                boolean peerFirst = Facts.peerUsable(t, r) && !Facts.firstAmongEquals(t, r);
                yield peerFirst && r.state() == ModuleState.STOP && !Facts.promised(t)
                        ? Optional.of(Texts.PEER_WAS_PRIMARY)
                        : Optional.empty();
            }
        });
    }

    private static List<String> advice(Turn t, String why) {
        return t.identity.usable() ? List.of(why) : List.of(Texts.ADVICE_MAY_BE_OLD, Texts.ADVICE_PRIM);
    }

    private static void block(Turn t) {
        Block b = blocked(t).orElseThrow();
        t.phase = Phase.BLOCKED;
        t.rule = b.rule();
        t.reason = b.why();
        t.claim = Optional.empty();
        t.show(ModuleState.WAIT, Readiness.NOT_READY);
        t.log(LogLevel.C, "Action wait from failover rule " + b.rule());
        b.advice().forEach(text -> t.act(new Action.Log(LogLevel.E, Texts.DATA, text)));
    }

    /** What must be copied is for the replication engines to find out, who have both records; only an operator asks for all. */
    private static void join(Turn t) {
        t.claim = Optional.empty();
        t.handover = Optional.empty();
        t.retryAt = 0;
        t.swap = new SwapRequest(0, "", false, t.swap.seen(), Facts.preferred(t));
        t.plan(Phase.JOINING, Plans.join(t.order.verb() == Verb.SECOND_FULLSYNC));
    }

    private static void open(Turn t, ModuleState target) {
        if (t.settings.replicated() && t.identity.upToDate()) {
            t.act(new Action.Log(LogLevel.E, Texts.DATA, "The replicated directories are up to date"));
        }
        boolean copyAll = t.order.verb() == Verb.PRIM_FULLSYNC || forced(t);
        t.wasPrimary = target == ModuleState.PRIM ? FormerRole.PRIMARY : FormerRole.NONE;
        t.plan(Phase.OPENING, Plans.open(t, target, copyAll));
    }

    private record Block(String rule, String why, List<String> advice) {}
}
