package dev.lockstep.core.mirror;

import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Pair;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rows 600 to 649: who may write. A node begins to write alone only when its peer has durably given up being up to date, or is
 * silent; a node that has promised that does not become primary by itself until the promise is released.
 */
final class ClaimRows {
    private static final Set<Phase> CLAIMING =
            EnumSet.of(Phase.WAITING, Phase.OPENING, Phase.TAKING_OVER, Phase.STOPPING);

    private ClaimRows() {}

    static List<Row> rows() {
        return List.of(
                Row.when(600, Row.ANY, t -> Facts.acceptable(t) && marksDisk(t))
                        .then("Outdated must be on the disk before the peer is told that it may go on alone", t -> {
                            t.claim = Optional.empty();
                            t.accepting = peerClaim(t);
                            RecordRows.mark(t);
                        }),
                Row.when(602, Row.ANY, Facts::acceptable)
                        .then("This copy is no danger: the peer is told at once", t -> {
                            t.claim = Optional.empty();
                            t.accepted = peerClaim(t);
                        }),
                Row.when(
                                604,
                                Row.ANY,
                                t -> t.accepted.isPresent()
                                        && Facts.heard(t, r -> !r.claim().equals(t.accepted)))
                        .then(
                                "The peer is primary or has given it up: the promise is released",
                                t -> t.accepted = Optional.empty()),
                Row.when(610, Row.ANY, t -> t.pair == Pair.LOST && t.claim.isEmpty() && mayGoOn(t))
                        .ref("M10")
                        .then("The lost secondary is told that its copy is outdated", t -> {
                            t.claim(Claim.RANK_RUNNING_PRIMARY);
                            RecordRows.writesWait(t, Texts.waitForPeer(t.settings.peerNode()));
                        }),
                Row.when(612, Row.ANY, t -> t.pair == Pair.LOST && goesOn(t) && RecordRows.aloneDue(t))
                        .ref("M10")
                        .then("The secondary cannot take over any more: the primary goes on alone", t -> {
                            t.dataToken = t.token();
                            RecordRows.goesAlone(t);
                            t.act(new Action.SetData(t.dataToken, new DataRole.Alone(false)));
                        }),
                Row.when(
                                614,
                                EnumSet.of(Phase.STOPPING),
                                t -> t.pair == Pair.LOST && t.dataToken == 0 && peerHasRole(t))
                        .then("The peer went on by itself: the writes that wait were never acknowledged", t -> {
                            t.pair = Pair.NONE;
                            t.claim = Optional.empty();
                            RecordRows.wentAlone(t);
                            t.closeData();
                        }),
                Row.when(620, Row.ANY, t -> t.claim.isPresent() && t.pair != Pair.LOST && !CLAIMING.contains(t.phase))
                        .then("A claim that is of no use any more is taken back", t -> t.claim = Optional.empty()),
                Row.when(622, EnumSet.of(Phase.STOPPING), t -> t.claim.isPresent() && t.data != DataMode.PRIMARY)
                        .then("A claim that is of no use any more is taken back", t -> t.claim = Optional.empty()));
    }

    private static Optional<Claim> peerClaim(Turn t) {
        return t.peer.heard().flatMap(PeerReport::claim);
    }

    /** A copy that is being reintegrated may become up to date before this node knows it. */
    private static boolean marksDisk(Turn t) {
        boolean joining = t.data == DataMode.SECONDARY && t.pair != Pair.PAIRED;
        return t.settings.replicated() && (t.identity.upToDate() || joining);
    }

    private static boolean peerHasRole(Turn t) {
        return Facts.peerAhead(t) || Facts.peerPrimary(t);
    }

    private static boolean mayGoOn(Turn t) {
        return !Facts.demoting(t) && t.closeToken == 0;
    }

    private static boolean goesOn(Turn t) {
        boolean handingOver = t.planToken != 0
                && t.current.filter(s -> !(s instanceof PlanStep.Call)).isPresent();
        return t.data == DataMode.PRIMARY && t.dataToken == 0 && t.closeToken == 0 && !handingOver && Facts.consent(t);
    }
}
