package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.MirrorState.SwapRequest;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.ReplicaIdentity.Relation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rows 500 to 599 and 700 to 749: the life of a primary with and without its secondary, and the exchange of roles. */
final class PrimaryRows {
    private static final Set<Phase> ALONE_READY = EnumSet.of(Phase.ALONE_READY);
    private static final Set<Phase> PRIM_READY = EnumSet.of(Phase.PRIM_READY);
    private static final Set<Phase> PRIM_WAITING = EnumSet.of(Phase.PRIM_WAITING);
    private static final Set<Phase> OFFERING = EnumSet.of(Phase.OFFERING);

    private PrimaryRows() {}

    static List<Row> rows() {
        return List.of(
                Row.when(
                                500,
                                Row.ANY,
                                t -> withoutData(t) && t.pair == Pair.NONE && Facts.peerIn(t, ModuleState.SECOND))
                        .then("Without data a secondary is equal as soon as it is there", t -> t.pair = Pair.PAIRED),
                Row.when(502, Row.ANY, t -> withoutData(t) && Facts.paired(t) && !Facts.peerIn(t, ModuleState.SECOND))
                        .then(
                                "Without data there is nothing to settle when the secondary goes",
                                t -> t.pair = Pair.NONE),
                Row.when(504, Row.ANY, t -> t.data == DataMode.PRIMARY && Facts.paired(t) && peerHasLeft(t))
                        .ref("M10")
                        .then("The secondary says that it is not equal any more", t -> {
                            t.pair = Pair.LOST;
                            t.act(new Action.DropPeer("the secondary has left"));
                        }),
                Row.when(510, ALONE_READY, t -> settled(t) && Facts.swapAsked(t))
                        .ref("M16")
                        .then("The node that joined must be primary", PrimaryRows::handOver),
                Row.when(512, ALONE_READY, PrimaryRows::settled)
                        .ref("M9")
                        .then(
                                "The secondary is ready; the application is not touched",
                                t -> t.plan(Phase.PAIRING, Plans.pair(t))),
                Row.when(520, PRIM_READY, t -> Facts.idle(t) && t.pair != Pair.PAIRED)
                        .ref("M10")
                        .then("Without its secondary the primary is not what it shows", t -> {
                            t.phase = Phase.PRIM_WAITING;
                            t.deadline = 0;
                            t.show(ModuleState.PRIM, Readiness.TRANSIENT);
                        }),
                Row.when(522, PRIM_READY, t -> settled(t) && (Facts.swapAsked(t) || swapQueued(t)))
                        .ref("M15")
                        .then("The application is stopped here before it is started there", PrimaryRows::handOver),
                Row.when(530, PRIM_WAITING, PrimaryRows::settled)
                        .ref("M8 M14")
                        .then("The expected secondary is ready", t -> {
                            t.deadline = 0;
                            t.phase = Phase.PRIM_READY;
                            t.show(ModuleState.PRIM, Readiness.READY);
                        }),
                Row.when(532, PRIM_WAITING, t -> Facts.idle(t) && goesAlone(t))
                        .ref("M10")
                        .then("There is no secondary: show it, and let the hooks know", t -> {
                            t.wasPrimary = FormerRole.PRIMARY;
                            t.plan(Phase.PARTING, Plans.part(t, ModuleState.PRIM));
                        }),
                Row.when(
                                540,
                                EnumSet.of(Phase.HANDING_OVER),
                                t -> Facts.between(t) && t.data == DataMode.PRIMARY && t.pair != Pair.PAIRED)
                        .then("Nobody is there to take over: the application starts here again", t -> {
                            t.log(LogLevel.C, "The exchange of roles is given up: the secondary was lost");
                            t.wasPrimary = FormerRole.PRIMARY;
                            t.plan(Phase.PARTING, Plans.part(t, t.state));
                        }),
                Row.when(700, OFFERING, t -> Facts.idle(t) && Facts.peerPrimary(t))
                        .ref("M15 M16")
                        .then("The peer has the role: copy from it what it wrote since", t -> {
                            t.leaveRole();
                            t.plan(Phase.JOINING, List.of(new PlanStep.Data(new DataRole.Second(false))));
                        }),
                Row.when(
                                702,
                                OFFERING,
                                t -> Facts.idle(t) && !Facts.usable(t) && (t.peer.silent() || Facts.peerDown(t)))
                        .then(
                                "The peer was given the role and is gone: only its return can tell what it wrote",
                                t -> StopRows.stopStart(t, Texts.HEART, Texts.primaryGone(t.settings.peerNode()))),
                Row.when(704, OFFERING, t -> Facts.idle(t) && Facts.usable(t) && !Facts.promised(t) && notTaken(t))
                        .then("Nobody takes the role: take it back, with the peer's consent or its silence", t -> {
                            t.log(
                                    LogLevel.C,
                                    "Action alone called by heart: "
                                            + (t.peer.silent()
                                                    ? "no heartbeat"
                                                    : "the role offered to the other node was not taken"));
                            t.leaveRole();
                            t.wasPrimary = FormerRole.PRIMARY;
                            t.handover = Optional.empty();
                            if (t.peer.heard().isPresent()) {
                                t.claim(Claim.RANK_TAKE_BACK);
                            }
                            t.plan(Phase.TAKING_OVER, Plans.takeOver(t, ModuleState.ALONE));
                        }));
    }

    private static boolean withoutData(Turn t) {
        return !t.settings.replicated() && t.data == DataMode.PRIMARY;
    }

    /** Idle, equal, and the peer shows SECOND Ready. */
    private static boolean settled(Turn t) {
        return Facts.idle(t) && Facts.paired(t) && Facts.peerSecondReady(t);
    }

    /**
     * The report was written after the copies became equal, and the peer is no synchronized secondary. While the data are being
     * handed over the peer parts from the link before this node knows that it is done: then its word means nothing.
     */
    private static boolean peerHasLeft(Turn t) {
        return t.settings.replicated()
                && !Facts.demoting(t)
                && Facts.heard(
                        t,
                        r -> Facts.relation(t, r) == Relation.EQUAL
                                && (r.state() != ModuleState.SECOND
                                        || (r.readiness() == Readiness.READY && !r.linked())));
    }

    private static boolean goesAlone(Turn t) {
        boolean unsettled = t.pair == Pair.PAIRED || t.pair == Pair.LOST || t.dataToken != 0;
        return !unsettled && (t.deadline == 0 || t.tick >= t.deadline || t.peer.silent());
    }

    private static boolean swapQueued(Turn t) {
        return t.queued.filter(c -> CommandRows.swaps(c.verb())).isPresent();
    }

    /** The exchange of roles that nobody asked for. */
    static void exchange(Turn t) {
        t.swap = new SwapRequest(0, "", false, t.swap.seen(), false);
        t.plan(Phase.HANDING_OVER, Plans.handOver(t));
    }

    private static void handOver(Turn t) {
        boolean asked = Facts.swapAsked(t);
        long seen = t.peer.heard().map(PeerReport::swapRequest).orElse(0L);
        String origin = asked
                ? t.peer.heard().map(PeerReport::swapOrigin).orElse("")
                : CommandRows.name(t.queued.orElseThrow().caller());
        t.swap = new SwapRequest(0, "", false, asked ? seen : t.swap.seen(), false);
        if (swapQueued(t)) {
            t.queued = Optional.empty();
        }
        t.log(LogLevel.E, "Transition SWAP from " + origin);
        t.plan(Phase.HANDING_OVER, Plans.handOver(t));
    }

    private static boolean notTaken(Turn t) {
        return t.peer.silent() || Facts.deadlinePassed(t) || Facts.peerDown(t);
    }
}
