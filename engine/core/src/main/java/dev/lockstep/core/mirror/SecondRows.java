package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Rows 400 to 499: the life of a secondary, and its way to the primary role. */
final class SecondRows {
    private static final Set<Phase> JOINING = EnumSet.of(Phase.JOINING);
    private static final Set<Phase> READY = EnumSet.of(Phase.SECOND_READY);
    private static final Set<Phase> TAKING_OVER = EnumSet.of(Phase.TAKING_OVER);

    private SecondRows() {}

    static List<Row> rows() {
        return List.of(
                Row.when(400, JOINING, t -> Facts.between(t) && t.pair == Pair.PAIRED)
                        .ref("M7")
                        .then(
                                "The data are equal: the start hooks of a secondary may see them",
                                t -> t.plan(Phase.SECONDING, Plans.second(t))),
                Row.when(402, JOINING, t -> Facts.idle(t) && !t.settings.replicated() && Facts.peerPrimary(t))
                        .ref("M7")
                        .then("Without data there is nothing to copy", t -> t.pair = Pair.PAIRED),
                Row.when(410, JOINING, t -> Facts.between(t) && primaryGone(t))
                        .ref("M13")
                        .then(
                                "A copy without its source is worth nothing: wait for the primary",
                                t -> StopRows.stopStart(t, Texts.HEART, Texts.primaryGone(t.settings.peerNode()))),
                Row.when(
                                412,
                                JOINING,
                                t -> Facts.idle(t)
                                        && t.failures >= MirrorState.REINTEGRATION_FAILURES_MAX
                                        && t.tick < t.retryAt)
                        .then(
                                "It does not succeed: say so, and try again slowly",
                                t -> t.plan(Phase.JOINING, Plans.giveUpJoining(t))),
                Row.when(414, JOINING, t -> Facts.idle(t) && t.failures > 0 && t.retryAt != 0 && t.tick >= t.retryAt)
                        .then("The pause after a failure is over", t -> {
                            t.retryAt = 0;
                            t.plan(
                                    Phase.JOINING,
                                    List.of(new PlanStep.Data(
                                            new DataRole.Second(t.order.verb() == Verb.SECOND_FULLSYNC))));
                        }),
                ready(430, t -> !Facts.usable(t))
                        .ref("M13")
                        .then(
                                "The primary went on without this copy: catch up",
                                t -> StopRows.stopStart(t, Texts.HEART, "the primary went on without this node")),
                ready(432, Facts::peerNotBehind)
                        .ref("M13")
                        .then(
                                "The peer has newer data: this copy must not take over",
                                t -> StopRows.stopStart(t, Texts.HEART, "the other node has newer data")),
                ready(434, t -> mayTakeOver(t) && Facts.peerIn(t, ModuleState.SECOND) && Facts.peerLeftOurs(t))
                        .ref("M14 M16")
                        .then("The primary has stopped its application for this node to start it", SecondRows::swapIn),
                ready(436, t -> mayTakeOver(t) && t.failover && Facts.peerDown(t))
                        .ref("M11")
                        .then("The primary has stopped", t -> {
                            t.log(LogLevel.C, "Action alone called by heart: remote stop");
                            takeOver(t, ModuleState.ALONE);
                        }),
                ready(438, t -> mayTakeOver(t) && t.failover && t.peer.silent())
                        .ref("M11")
                        .then("The primary is lost", t -> {
                            t.log(LogLevel.C, "Action alone called by heart: no heartbeat");
                            takeOver(t, ModuleState.ALONE);
                        }),
                ready(440, t -> !t.failover && (Facts.peerDown(t) || t.peer.silent()))
                        .ref("M12")
                        .then("Failover is switched off: the operator decides", t -> {
                            t.log(LogLevel.E, Texts.FAILOVER_OFF);
                            t.log(LogLevel.I, "Transition STOPSTART from failover-off");
                            StopRows.stopStart(t, "failover-off", "");
                        }),
                ready(
                                450,
                                t -> t.swap.automatic()
                                        && t.disk == DiskHealth.GOOD
                                        && t.pair == Pair.PAIRED
                                        && Facts.peerPrimary(t))
                        .ref("M14 M16")
                        .then(
                                "defaultprim wants the application on this node",
                                t -> CommandRows.requestSwap(t, "defaultprim", false)),
                takingOver(460, t -> !Facts.usable(t) || t.accepted.isPresent())
                        .then(
                                "This node has promised the peer not to go on",
                                t -> StopRows.stopStart(t, Texts.HEART, "the other node goes on")),
                takingOver(462, Facts::peerPrimary)
                        .then("The primary is back", t -> StopRows.stopStart(t, Texts.HEART, "the primary is back")),
                takingOver(464, Facts::peerNotBehind)
                        .then(
                                "The peer has newer data: this copy must not take over",
                                t -> StopRows.stopStart(t, Texts.HEART, "the other node has newer data")),
                takingOver(
                                466,
                                t -> t.claim.isEmpty()
                                        && !Facts.promised(t)
                                        && t.peer.heard().isPresent())
                        .then("A peer that is heard must agree", t -> t.claim(Claim.RANK_TAKEOVER)));
    }

    private static Row.Builder ready(int number, Predicate<Turn> guard) {
        return Row.when(number, READY, t -> Facts.idle(t) && guard.test(t));
    }

    /** Before the data are asked to become writable the takeover can be abandoned. */
    private static Row.Builder takingOver(int number, Predicate<Turn> guard) {
        return Row.when(number, TAKING_OVER, t -> Facts.between(t) && t.data != DataMode.PRIMARY && guard.test(t));
    }

    private static boolean primaryGone(Turn t) {
        return t.pair != Pair.PAIRED && (t.peer.silent() || Facts.heard(t, r -> !r.primary()));
    }

    private static boolean mayTakeOver(Turn t) {
        return Facts.usable(t) && !Facts.promised(t);
    }

    private static void swapIn(Turn t) {
        String origin = t.swap.number() == 0 ? t.settings.peerNode() : t.swap.origin();
        t.log(LogLevel.E, "Transition SWAP from " + origin);
        takeOver(t, ModuleState.PRIM);
    }

    static void takeOver(Turn t, ModuleState target) {
        t.leaveRole();
        t.wasPrimary = target == ModuleState.PRIM ? FormerRole.PRIMARY : FormerRole.SECONDARY;
        t.handover = Optional.empty();
        if (t.peer.heard().isPresent()) {
            t.claim(Claim.RANK_TAKEOVER);
        }
        t.plan(Phase.TAKING_OVER, Plans.takeOver(t, target));
    }
}
