package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.StartOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rows 550 to 569: a primary whose disk is bad ends its role when the other node has a good copy on a good disk, and stays when it has
 * not: a limping primary is better than none. It goes one way only: a node whose own disk is bad is never given the role, and how
 * often a role is given up is counted as every other automatic action is.
 */
final class DiskRows {
    private static final Set<Phase> UP = EnumSet.complementOf(EnumSet.of(Phase.STOPPED, Phase.STOPPING));

    private DiskRows() {}

    static List<Row> rows() {
        return List.of(
                Row.when(550, UP, t -> t.disk.dead() && mayLeave(t) && successor(t))
                        .then("The other node can do better than a disk that is gone", DiskRows::giveUp),
                Row.when(
                                552,
                                EnumSet.of(Phase.PRIM_READY),
                                t -> t.disk == DiskHealth.REFUSED && Facts.idle(t) && successor(t))
                        .then("What this disk lacks the other one has: the application goes there", t -> {
                            t.log(LogLevel.C, Texts.handsOver(t));
                            count(t);
                            PrimaryRows.exchange(t);
                        }),
                Row.when(
                                554,
                                EnumSet.of(Phase.STOPPING),
                                t -> t.disk == DiskHealth.HANGS
                                        && t.settings.replicated()
                                        && t.data == DataMode.PRIMARY
                                        && t.dataToken == 0
                                        && t.closeToken == 0)
                        .then("No process can end while it waits for a disk that does not answer", Turn::abandonData));
    }

    /** A line for a disk that became bad, or good again. */
    static void told(Turn t) {
        Event.DiskChanged e = t.event(Event.DiskChanged.class);
        t.disk = e.health();
        if (e.health() == DiskHealth.GOOD) {
            t.log(LogLevel.E, "The disk of this node works again");
            return;
        }
        boolean stays = t.data == DataMode.PRIMARY && !successor(t);
        t.log(LogLevel.C, Texts.diskBad(e, stays));
    }

    /** The peer would take over at once, and its disk does what it should. */
    private static boolean successor(Turn t) {
        return Facts.paired(t)
                && Facts.peerSecondReady(t)
                && Facts.peerMayTakeOver(t)
                && Facts.heard(t, r -> r.linked() && r.disk() == DiskHealth.GOOD)
                && !CommandRows.exceeded(t);
    }

    private static boolean mayLeave(Turn t) {
        return t.data == DataMode.PRIMARY
                && t.settings.replicated()
                && t.dataToken == 0
                && t.closeToken == 0
                && (Facts.between(t) || Facts.hookRuns(t));
    }

    private static void count(Turn t) {
        if (t.settings.loopIntervalTicks() > 0) {
            t.loop = t.loop.counted(t.settings.loopIntervalTicks());
        }
    }

    /** To STOP and not back: what comes next is for whoever mends the disk. */
    private static void giveUp(Turn t) {
        String why = Texts.givesUp(t);
        t.log(LogLevel.C, why);
        count(t);
        t.abandonData();
        t.order = new StartOrder(t.order.verb(), "stop", false, t.order.wasPrimaryBefore());
        t.queued = Optional.empty();
        t.rule = "";
        t.claim = Optional.empty();
        t.plan(Phase.STOPPING, Plans.giveUp(t));
        t.reason = why;
    }

    /** What the peer says of its disk, if that is new. */
    static void peerTold(Turn t, DiskHealth before, PeerReport r) {
        if (r.disk() == before) {
            return;
        }
        if (r.disk() == DiskHealth.GOOD) {
            t.log(LogLevel.E, "The disk of " + r.node() + " works again");
        } else {
            boolean gives = r.disk().dead() && t.state == ModuleState.SECOND && Facts.paired(t);
            t.log(LogLevel.C, Texts.peerDiskBad(r, gives));
        }
    }
}
