package dev.lockstep.core.mirror;

import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Pair;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rows 10 to 249: what becomes known. They only record; what follows from it is the business of the other rows. */
final class EventRows {
    private static final Set<Phase> ANY = Row.ANY;
    private static final Set<Phase> JOINING = EnumSet.of(Phase.JOINING);
    private static final Set<Phase> STOPPING = EnumSet.of(Phase.STOPPING);
    private static final Set<Phase> DOWN = EnumSet.of(Phase.STOPPED, Phase.STOPPING);
    private static final Set<Phase> RUNNING = EnumSet.complementOf(EnumSet.copyOf(DOWN));

    private EventRows() {}

    static List<Row> rows() {
        return List.of(
                Row.on(10, Event.Tick.class, ANY).then("Time passes only while this process runs", t -> {
                    t.tick++;
                    t.loop = t.loop.ticked();
                }),
                Row.on(20, Event.PeerReported.class, ANY)
                        .given(EventRows::outOfDate)
                        .then("A late or repeated report must not undo a newer one", _ -> {}),
                Row.on(22, Event.PeerReported.class, ANY)
                        .then("The peer's word is remembered", EventRows::peerReported),
                Row.on(30, Event.PeerSilent.class, ANY)
                        .then("A silent peer has no state and no promise binds us to it", EventRows::peerSilent),
                Row.on(40, Event.HeartbeatUp.class, ANY)
                        .then(
                                "One network of several changes nothing but the log",
                                t -> t.log(
                                        LogLevel.E,
                                        heartbeat(
                                                t.event(Event.HeartbeatUp.class).name(), "up"))),
                Row.on(42, Event.HeartbeatDown.class, ANY)
                        .then(
                                "One network of several changes nothing but the log",
                                t -> t.log(
                                        LogLevel.C,
                                        heartbeat(
                                                t.event(Event.HeartbeatDown.class)
                                                        .name(),
                                                "down"))),
                Row.on(50, Event.FailoverSwitched.class, ANY)
                        .then("The switch counts for the next loss of the primary", EventRows::failoverSwitched),
                Row.on(56, Event.DiskChanged.class, ANY)
                        .then("A disk that fails decides nothing by itself", DiskRows::told),
                Row.on(60, Event.IdentityChanged.class, ANY)
                        .then(
                                "What is durable is what may be told",
                                t -> t.identity =
                                        t.event(Event.IdentityChanged.class).identity()),
                Row.on(70, Event.HookDone.class, ANY)
                        .given(t -> t.event(Event.HookDone.class).token() == t.planToken)
                        .then("The plan goes on, whatever the hook answered", EventRows::hookDone),
                Row.on(72, Event.HookDone.class, ANY).then("The answer of an abandoned hook is of no use", _ -> {}),
                Row.on(80, Event.ActionDone.class, ANY)
                        .given(t -> t.event(Event.ActionDone.class).token() == t.planToken)
                        .then("The plan goes on", PlanRunner::done),
                Row.on(82, Event.ActionDone.class, ANY)
                        .given(t -> t.event(Event.ActionDone.class).token() == t.dataToken)
                        .ref("M10")
                        .then("The writes that waited for the lost peer are completed on this node alone", t -> {
                            t.dataToken = 0;
                            t.claim = Optional.empty();
                            RecordRows.wentAlone(t);
                            if (t.pair == Pair.LOST) {
                                t.pair = Pair.NONE;
                            }
                        }),
                Row.on(83, Event.ActionDone.class, ANY)
                        .given(t -> t.event(Event.ActionDone.class).token() == t.closeToken)
                        .then("No write waits any more, and none is let in", t -> {
                            t.closeToken = 0;
                            PlanRunner.dataDone(t, new DataRole.Waiting());
                            if (PlanRunner.closing(t)) {
                                PlanRunner.done(t);
                            }
                        }),
                Row.on(84, Event.ActionDone.class, ANY)
                        .given(t -> t.event(Event.ActionDone.class).token() == t.outdatedToken)
                        .then("Outdated is durable: now, not before, the peer may be told", RecordRows::marked),
                Row.on(86, Event.ActionDone.class, ANY).then("The end of an abandoned action is of no use", _ -> {}),
                Row.on(88, Event.ActionFailed.class, EnumSet.of(Phase.OPENING, Phase.TAKING_OVER))
                        .given(t -> failed(t).token() == t.planToken && unrecorded(t))
                        .then(
                                "The data are still closed, only the record is missing: tried again after a pause",
                                RecordRows::roleNotRecorded),
                Row.on(89, Event.ActionFailed.class, RUNNING)
                        .given(t -> failed(t).token() == t.dataToken && unrecorded(t))
                        .then(
                                "Writes wait until it is recorded that this node goes on alone: tried again after a pause",
                                RecordRows::aloneNotRecorded),
                Row.on(90, Event.ActionFailed.class, ANY)
                        .given(t -> failed(t).token() == t.outdatedToken)
                        .then(
                                "Without the mark on disk the claim is not accepted; it is tried again after a pause",
                                RecordRows::notMarked),
                Row.on(91, Event.ActionFailed.class, ANY)
                        .given(t -> failed(t).token() == t.closeToken)
                        .then("The data could not be closed; the plan does it again after the hooks", t -> {
                            t.closeToken = 0;
                            t.log(LogLevel.C, failed(t).reason());
                        }),
                Row.on(92, Event.ActionFailed.class, RUNNING)
                        .given(t -> failed(t).token() == t.dataToken)
                        .then("A primary that cannot record that it goes on alone must not acknowledge anything", t -> {
                            t.dataToken = 0;
                            StopRows.fail(t, failed(t).reason());
                        }),
                Row.on(93, Event.ActionFailed.class, DOWN)
                        .given(t -> failed(t).token() == t.dataToken)
                        .then("The writes that wait cannot be completed any more: the data are closed", t -> {
                            t.dataToken = 0;
                            t.pair = Pair.NONE;
                            t.log(LogLevel.C, failed(t).reason());
                            t.closeData();
                        }),
                Row.on(94, Event.ActionFailed.class, STOPPING)
                        .given(t -> failed(t).token() == t.planToken && handingOver(t))
                        .then("The peer was lost while the data were handed over: settle that first", t -> {
                            t.log(LogLevel.W, failed(t).reason());
                            t.planToken = 0;
                            t.plan.addFirst(t.current.orElseThrow());
                            t.current = Optional.empty();
                            lost(t);
                        }),
                Row.on(95, Event.ActionFailed.class, STOPPING)
                        .given(t -> failed(t).token() == t.planToken)
                        .then("A stop goes on to its end whatever fails on the way", t -> {
                            t.log(LogLevel.C, failed(t).reason());
                            PlanRunner.done(t);
                        }),
                Row.on(96, Event.ActionFailed.class, EnumSet.of(Phase.HANDING_OVER))
                        .given(t -> failed(t).token() == t.planToken)
                        .then("The peer was lost while the data were handed over: nothing is offered", t -> {
                            t.log(LogLevel.W, failed(t).reason());
                            t.planToken = 0;
                            t.current = Optional.empty();
                            lost(t);
                        }),
                Row.on(97, Event.ActionFailed.class, JOINING)
                        .given(t -> failed(t).token() == t.planToken)
                        .then("The reintegration could not begin; it is tried again", t -> {
                            t.planToken = 0;
                            t.current = Optional.empty();
                            reintegrationFailed(t, failed(t).reason());
                        }),
                Row.on(98, Event.ActionFailed.class, RUNNING)
                        .given(t -> failed(t).token() == t.planToken)
                        .then("A role that cannot be taken ends in STOP with the reason", t -> {
                            PlanRunner.done(t);
                            StopRows.fail(t, failed(t).reason());
                        }),
                Row.on(99, Event.ActionFailed.class, ANY)
                        .then("The failure of an abandoned action is of no use", _ -> {}),
                Row.on(110, Event.ReintegrationStarted.class, ANY)
                        .given(t -> t.data == DataMode.PRIMARY && (t.pair == Pair.NONE || t.dataToken != 0))
                        .then("The peer copies while the application goes on", t -> {
                            t.pair = Pair.COPYING;
                            log(t, "Reintegration of the other node began (" + started(t) + ")");
                        }),
                Row.on(112, Event.ReintegrationStarted.class, JOINING)
                        .then("The copy is running", t -> log(t, "Reintegration began (" + started(t) + ")")),
                Row.on(114, Event.ReintegrationStarted.class, ANY).then("No copy is expected any more", _ -> {}),
                Row.on(120, Event.ReintegrationEnded.class, JOINING)
                        .ref("M7")
                        .then("Both copies are equal and durable", t -> {
                            t.pair = Pair.PAIRED;
                            t.failures = 0;
                            t.reason = "";
                            t.handover = Optional.empty();
                            log(t, "Reintegration ended (" + ended(t) + ")");
                        }),
                Row.on(122, Event.ReintegrationEnded.class, ANY)
                        .given(t -> t.data == DataMode.PRIMARY)
                        .then("From now on every write goes to both nodes", t -> {
                            t.pair = Pair.PAIRED;
                            log(t, "Reintegration of the other node ended (" + ended(t) + ")");
                        }),
                Row.on(124, Event.ReintegrationEnded.class, ANY).then("No copy is expected any more", _ -> {}),
                Row.on(130, Event.ReintegrationFailed.class, JOINING)
                        .then(
                                "The copy stays marked inconsistent and is tried again after a pause",
                                t -> reintegrationFailed(
                                        t,
                                        t.event(Event.ReintegrationFailed.class).reason())),
                Row.on(131, Event.ReintegrationFailed.class, ANY)
                        .given(t -> t.data == DataMode.PRIMARY && t.pair == Pair.COPYING)
                        .then("The peer did not finish its copy; it will come again", t -> t.pair = Pair.NONE),
                Row.on(132, Event.ReintegrationFailed.class, ANY).then("No copy is expected any more", _ -> {}),
                Row.on(140, Event.PeerLost.class, ANY)
                        .given(EventRows::secondaryLost)
                        .ref("M10")
                        .then("The peer may hold all that was acknowledged: writes wait until it gives that up", t -> {
                            linkLost(t);
                            t.pair = Pair.LOST;
                        }),
                Row.on(142, Event.PeerLost.class, JOINING)
                        .given(t -> t.pair != Pair.PAIRED)
                        .then(
                                "The source of the copy is gone; it is tried again after a pause",
                                t -> reintegrationFailed(t, lostEvent(t).reason())),
                Row.on(144, Event.PeerLost.class, ANY)
                        .then(
                                "A copy that was not finished is no pair, a secondary waits for the word of its primary",
                                t -> {
                                    if (t.pair != Pair.NONE && t.pair != Pair.LOST) {
                                        linkLost(t);
                                        t.pair = Pair.NONE;
                                    }
                                }),
                Row.on(150, Event.LocalReplicationFailed.class, RUNNING)
                        .ref("M28")
                        .then("Without its directories the module cannot stay in its role", StopRows::localFailure),
                Row.on(152, Event.LocalReplicationFailed.class, DOWN)
                        .then(
                                "The module is leaving anyway",
                                t -> t.log(
                                        LogLevel.C,
                                        t.event(Event.LocalReplicationFailed.class)
                                                .reason())));
    }

    private static Event.ActionFailed failed(Turn t) {
        return t.event(Event.ActionFailed.class);
    }

    private static boolean unrecorded(Turn t) {
        return failed(t).unrecorded();
    }

    private static Event.PeerLost lostEvent(Turn t) {
        return t.event(Event.PeerLost.class);
    }

    /** With no copy made in this role it is the loss of the primary this node followed, told while it takes over. */
    private static boolean secondaryLost(Turn t) {
        boolean mayBeEqual = t.pair != Pair.NONE && lostEvent(t).peerMayBeUpToDate();
        return t.data == DataMode.PRIMARY && (t.pair == Pair.PAIRED || mayBeEqual);
    }

    private static void linkLost(Turn t) {
        t.act(new Action.Log(
                LogLevel.C,
                Texts.DATA,
                "Link with the other node lost: " + lostEvent(t).reason()));
    }

    private static String started(Turn t) {
        return t.event(Event.ReintegrationStarted.class).mode();
    }

    private static String ended(Turn t) {
        return t.event(Event.ReintegrationEnded.class).mode();
    }

    private static void log(Turn t, String text) {
        t.act(new Action.Log(LogLevel.E, Texts.DATA, text));
    }

    private static boolean handingOver(Turn t) {
        return t.data == DataMode.PRIMARY
                && t.current.filter(PlanStep.Demote.class::isInstance).isPresent()
                && (t.pair == Pair.PAIRED || t.pair == Pair.LOST);
    }

    private static void lost(Turn t) {
        if (t.pair == Pair.PAIRED) {
            t.pair = Pair.LOST;
            t.act(new Action.DropPeer("the data could not be handed over"));
        }
    }

    private static String heartbeat(String name, String value) {
        return "Resource heartbeat." + name + " set to " + value + " by heart";
    }

    private static boolean outOfDate(Turn t) {
        PeerReport r = t.event(Event.PeerReported.class).report();
        return t.peer.report()
                .filter(known -> known.incarnation() > r.incarnation()
                        || (known.incarnation() == r.incarnation() && known.sequence() > r.sequence()))
                .isPresent();
    }

    private static void peerReported(Turn t) {
        PeerReport r = t.event(Event.PeerReported.class).report();
        String shown = remote(t.peer);
        boolean signatureKnown = t.peer.report()
                .map(PeerReport::signature)
                .filter(r.signature()::equals)
                .isPresent();
        DiskHealth disk = t.peer.report().map(PeerReport::disk).orElse(DiskHealth.GOOD);
        t.peer = new PeerView(PeerView.Verdict.HEARD, Optional.of(r));
        if (!remote(t.peer).equals(shown)) {
            t.log(LogLevel.E, remote(t.peer));
        }
        DiskRows.peerTold(t, disk, r);
        if (!signatureKnown && !r.signature().equals(t.settings.signature())) {
            t.log(
                    LogLevel.W,
                    "The configuration of the module differs on " + r.node() + ": apply the same on both nodes");
        }
    }

    private static void peerSilent(Turn t) {
        String shown = remote(t.peer);
        t.peer = new PeerView(PeerView.Verdict.SILENT, t.peer.report());
        t.accepted = Optional.empty();
        if (!remote(t.peer).equals(shown)) {
            t.log(LogLevel.C, remote(t.peer));
        }
    }

    private static String remote(PeerView peer) {
        return switch (peer.verdict()) {
            case UNKNOWN -> "";
            case SILENT -> "Remote state UNKNOWN Unknown";
            case HEARD ->
                peer.report()
                        .map(r -> "Remote state " + r.state() + " "
                                + r.readiness().label())
                        .orElse("");
        };
    }

    private static void failoverSwitched(Turn t) {
        Event.FailoverSwitched e = t.event(Event.FailoverSwitched.class);
        t.failover = e.on();
        CommandRows.logAction(t, "failover " + (e.on() ? "on" : "off"), e.caller());
    }

    private static void hookDone(Turn t) {
        Event.HookDone e = t.event(Event.HookDone.class);
        if (e.result() != HookResult.OK && t.current.orElse(null) instanceof PlanStep.Call call) {
            String how = e.result() == HookResult.TIMED_OUT ? " did not end in time" : " failed";
            t.log(LogLevel.C, "Script " + call.hook().file() + how + ": " + e.detail());
        }
        PlanRunner.done(t);
    }

    private static void reintegrationFailed(Turn t, String reason) {
        t.failures++;
        t.pair = Pair.NONE;
        t.reason = reason;
        boolean slow = t.failures >= MirrorState.REINTEGRATION_FAILURES_MAX;
        MirrorSettings.Timing timing = t.settings.timing();
        long pause = slow ? timing.retrySlowTicks() : (long) timing.retryTicks() << (t.failures - 1);
        t.retryAt = t.tick + pause;
        t.act(new Action.Log(LogLevel.C, Texts.DATA, "Reintegration failed (" + t.failures + " in a row): " + reason));
    }
}
