package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.MirrorState.StartOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rows 800 to 849: commands that waited for their moment, stops, and the start that follows one. */
final class StopRows {
    private static final String FORCESTOP = "forcestop";
    private static final Set<Phase> UP = EnumSet.complementOf(EnumSet.of(Phase.STOPPED, Phase.STOPPING));
    private static final Set<Phase> WITHOUT_ROLE =
            EnumSet.of(Phase.STOPPED, Phase.STOPPING, Phase.STARTING, Phase.WAITING, Phase.BLOCKED, Phase.JOINING);

    private StopRows() {}

    static List<Row> rows() {
        return List.of(
                Row.when(800, UP, t -> Facts.between(t) && stopQueued(t))
                        .ref("M17 M18 M19 M20 M25")
                        .then(
                                "Between two hooks is the first moment at which a stop can begin",
                                StopRows::stopQueuedNow),
                Row.when(810, UP, t -> CommandRows.stable(t) && restartQueued(t))
                        .ref("M22 M23")
                        .then("The application is restarted where it is; the peer does not move", t -> {
                            t.queued = Optional.empty();
                            t.plan(Phase.RESTARTING, Plans.restart(t));
                        }),
                Row.when(820, WITHOUT_ROLE, t -> t.queued.isPresent() && !stopQueued(t))
                        .then("The role it was meant for is gone", t -> t.queued = Optional.empty()),
                Row.when(830, EnumSet.of(Phase.STOPPED), t -> Facts.idle(t) && t.order.startAgain())
                        .ref("M21")
                        .then("The second half of a stopstart", t -> {
                            t.log(LogLevel.E, "Action start called automatically");
                            t.order = new StartOrder(Verb.START, "start", false, t.identity.lastPrimary());
                            begin(t);
                        }));
    }

    private static boolean stopQueued(Turn t) {
        return t.queued
                .filter(c -> c.verb() == Verb.STOP || c.verb() == Verb.STOPSTART || c.verb() == Verb.SHUTDOWN)
                .isPresent();
    }

    private static boolean restartQueued(Turn t) {
        return t.queued.filter(c -> c.verb() == Verb.RESTART).isPresent();
    }

    private static void stopQueuedNow(Turn t) {
        boolean again = t.queued.orElseThrow().verb() == Verb.STOPSTART;
        if (t.loop.exceeded()) {
            t.log(LogLevel.C, "Action stop called by heart : local fault");
        }
        stop(t, again, false);
    }

    /** Begins the start that {@code order} describes. */
    static void begin(Turn t) {
        t.rule = "";
        t.reason = "";
        t.handover = Optional.empty();
        t.leaveRole();
        t.plan(Phase.STARTING, Plans.start());
    }

    /**
     * Begins an orderly stop.
     *
     * @param outdate whether what was written here counts no more: not a single write is let in or acknowledged from now on
     */
    static void stop(Turn t, boolean startAgain, boolean outdate) {
        String word = startAgain ? "stopstart" : "stop";
        t.order = new StartOrder(t.order.verb(), word, startAgain, t.order.wasPrimaryBefore());
        t.queued = Optional.empty();
        t.rule = "";
        if (t.pair != Pair.LOST) {
            t.claim = Optional.empty();
        }
        if (outdate) {
            t.closeData();
        }
        t.plan(Phase.STOPPING, Plans.stop(t, word, outdate));
    }

    /** Leaves a role to find a new one: stop, then start. */
    static void stopStart(Turn t, String caller, String why) {
        t.log(LogLevel.C, "Action stopstart called by " + caller + (why.isEmpty() ? "" : ": " + why));
        stop(t, true, false);
        t.reason = why;
    }

    /** A role or a start that cannot be had: STOP with the reason. */
    static void fail(Turn t, String why) {
        t.log(LogLevel.C, "Action stop called by heart: " + why);
        if (t.pair == Pair.LOST) {
            t.pair = Pair.NONE;
        }
        t.closeData();
        stop(t, false, false);
        t.reason = why;
    }

    static void forceStop(Turn t) {
        abandon(t);
        t.order = new StartOrder(t.order.verb(), FORCESTOP, false, t.order.wasPrimaryBefore());
        t.queued = Optional.empty();
        t.rule = "";
        t.reason = "";
        t.claim = Optional.empty();
        if (t.pair == Pair.LOST) {
            t.closeData();
        }
        t.plan(Phase.STOPPING, Plans.forceStop());
    }

    static boolean forced(Turn t) {
        return t.order.word().equals(FORCESTOP);
    }

    /** Gives up whatever the plan waits for. */
    static void abandon(Turn t) {
        abandonHook(t);
        t.planToken = 0;
        t.current = Optional.empty();
    }

    /** Gives up a hook. A change of the data is waited for: as long as it goes on the data may be writable. */
    static void abandonHook(Turn t) {
        if (t.planToken != 0 && t.current.orElse(null) instanceof PlanStep.Call) {
            t.act(new Action.AbandonHook(t.planToken));
            t.planToken = 0;
            t.current = Optional.empty();
        }
    }

    /** The local replication engine failed: as a detector's stopstart, so that it cannot go on for ever. */
    static void localFailure(Turn t) {
        String why = t.event(Event.LocalReplicationFailed.class).reason();
        boolean up = t.state != ModuleState.WAIT;
        if (CommandRows.exceeded(t) || !up) {
            t.loop = new LoopCounter(t.loop.count(), t.loop.ticksLeft(), up);
            abandon(t);
            fail(t, why);
            return;
        }
        if (t.settings.loopIntervalTicks() > 0) {
            t.loop = t.loop.counted(t.settings.loopIntervalTicks());
        }
        abandon(t);
        t.closeData();
        stopStart(t, "rfs", why);
    }
}
