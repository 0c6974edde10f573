package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Rows 900 to 949: two nodes that are both primary meet again. Exactly one leaves, and both know which. */
final class SplitRows {
    private static final Set<Phase> UP = EnumSet.complementOf(EnumSet.of(Phase.STOPPED, Phase.STOPPING));

    private SplitRows() {}

    static List<Row> rows() {
        return List.of(
                primary(900, t -> Facts.peerAhead(t) && !follows(t))
                        .then("The peer took over while this node was not heard: what it acknowledged counts", t -> {
                            t.log(LogLevel.C, Texts.TAKEN_OVER);
                            leave(t);
                        }),
                primary(910, t -> met(t, r -> Facts.formerRolesDecide(t, r) && t.wasPrimary == FormerRole.SECONDARY))
                        .ref("M27")
                        .then("After an isolation the former secondary leaves", SplitRows::exit),
                primary(
                                912,
                                t -> Facts.heard(
                                        t,
                                        r -> r.primary()
                                                && r.verdict()
                                                        .filter(v -> names(t, v))
                                                        .isPresent()))
                        .ref("M27")
                        .then("The arbitrating node has decided", SplitRows::exit),
                primary(
                                920,
                                t -> t.verdict.isEmpty()
                                        && met(
                                                t,
                                                r -> Facts.formerRolesDecide(t, r)
                                                        && t.wasPrimary == FormerRole.PRIMARY))
                        .ref("M26")
                        .then("After an isolation the former primary stays", SplitRows::stay),
                primary(922, t -> t.verdict.isEmpty() && met(t, r -> arbiter(t, r) && olderThan(t, r)))
                        .ref("M26")
                        .then("Neither has a right to stay: the older primary does", SplitRows::stay),
                primary(924, t -> t.verdict.isEmpty() && met(t, r -> arbiter(t, r) && !olderThan(t, r)))
                        .ref("M27")
                        .then("Neither has a right to stay: the younger primary leaves", SplitRows::exit),
                Row.when(930, Row.ANY, t -> t.verdict.isPresent() && Facts.heard(t, r -> !r.primary()))
                        .then("The other one has left", t -> t.verdict = Optional.empty()),
                Row.when(
                                932,
                                Row.ANY,
                                t -> t.verdict.isPresent()
                                        && Facts.heard(
                                                t,
                                                r -> r.identity().generation()
                                                        != t.verdict.get().loserGeneration()))
                        .then(
                                "The other one is primary in another generation than it was decided for: decide again",
                                t -> t.verdict = Optional.empty()));
    }

    /**
     * While the data are about to go on alone this node's generation is not known: it could take the peer to be ahead of it. A hook
     * that runs is not waited for: it may itself be waiting for a write that is never acknowledged.
     */
    private static Row.Builder primary(int number, Predicate<Turn> guard) {
        return Row.when(number, UP, t -> settled(t) && t.data == DataMode.PRIMARY && guard.test(t));
    }

    private static boolean settled(Turn t) {
        return t.dataToken == 0 && t.closeToken == 0 && (Facts.between(t) || Facts.hookRuns(t));
    }

    /**
     * A secondary that is ahead has taken nothing over: at the end of a reintegration it makes the common generation durable
     * first, and its report may be here before this node's own disk has said the same.
     */
    private static boolean follows(Turn t) {
        return Facts.peerIn(t, ModuleState.SECOND);
    }

    private static boolean met(Turn t, Predicate<PeerReport> condition) {
        return t.state.runsApplication()
                && Facts.heard(t, r -> r.primary() && condition.test(r))
                && !Facts.peerBehind(t);
    }

    private static boolean names(Turn t, Verdict v) {
        return v.loser().equals(t.settings.localNode()) && v.loserGeneration() == t.identity.generation();
    }

    /** One node decides when both have the same right, because the two measure time at different moments. */
    private static boolean arbiter(Turn t, PeerReport r) {
        return !Facts.formerRolesDecide(t, r) && t.settings.localNode().compareTo(r.node()) < 0;
    }

    private static boolean olderThan(Turn t, PeerReport r) {
        return t.tick - t.roleSince >= r.ticksInRole();
    }

    private static void stay(Turn t) {
        PeerReport r = t.peer.heard().orElseThrow();
        t.verdict = Optional.of(new Verdict(r.node(), r.identity().generation()));
        t.log(LogLevel.E, Texts.STAYING);
    }

    private static void exit(Turn t) {
        t.log(LogLevel.C, Texts.EXITING);
        leave(t);
    }

    private static void leave(Turn t) {
        t.act(new Action.Log(LogLevel.E, Texts.DATA, Texts.DISCARDED));
        t.pair = MirrorState.Pair.NONE;
        t.claim = Optional.empty();
        StopRows.stop(t, true, true);
        t.reason = Texts.DISCARDED;
    }
}
