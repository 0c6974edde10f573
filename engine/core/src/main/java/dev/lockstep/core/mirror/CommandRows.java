package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.core.mirror.MirrorState.StartOrder;
import dev.lockstep.core.mirror.MirrorState.SwapRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Rows 250 to 299: what may be asked, and when. A refusal says what to do instead. */
final class CommandRows {
    private static final Set<Phase> STOPPED = EnumSet.of(Phase.STOPPED);
    private static final Set<Phase> STOPPING = EnumSet.of(Phase.STOPPING);
    private static final Set<Phase> UP = EnumSet.complementOf(EnumSet.of(Phase.STOPPED, Phase.STOPPING));
    private static final Set<Phase> WITHOUT_ROLE =
            EnumSet.of(Phase.STARTING, Phase.WAITING, Phase.BLOCKED, Phase.JOINING);
    private static final Set<Phase> WITH_ROLE = EnumSet.complementOf(
            EnumSet.of(Phase.STOPPED, Phase.STOPPING, Phase.STARTING, Phase.WAITING, Phase.BLOCKED, Phase.JOINING));

    private CommandRows() {}

    static List<Row> rows() {
        return List.of(
                command(250, Row.ANY, v -> v == Verb.INCLOOP)
                        .then("A script counts an automatic action of its own", CommandRows::incloop),
                command(252, Row.ANY, v -> v == Verb.RESETLOOP)
                        .then("The operator declares the past failures settled", t -> {
                            t.loop = LoopCounter.ZERO;
                            t.answer(true, "");
                        }),
                command(260, STOPPED, Verb::starts).ref("M1").then("Start as ordered", CommandRows::start),
                command(262, STOPPING, Verb::starts)
                        .then(
                                "A module is started from STOP only",
                                t -> t.answer(
                                        false,
                                        "The module is stopping: wait until it is stopped (waitstop), then start it")),
                command(264, UP, Verb::starts)
                        .then(
                                "A module is started from STOP only",
                                t -> t.answer(
                                        false,
                                        "The module is already started (" + t.state + " " + t.readiness.label()
                                                + "): stop it first")),
                command(270, STOPPED, v -> v == Verb.FORCESTOP)
                        .then("Stopped is what was asked", t -> t.answer(true, "The module is already stopped")),
                command(272, STOPPING, v -> v == Verb.FORCESTOP)
                        .given(t -> is(t, v -> v == Verb.FORCESTOP) && StopRows.forced(t))
                        .ref("M24")
                        .then("Asked again: the forced hook that hangs is abandoned too", t -> {
                            StopRows.abandonHook(t);
                            called(t);
                            t.answer(true, "");
                        }),
                command(274, Row.ANY, v -> v == Verb.FORCESTOP)
                        .ref("M24")
                        .then("Nothing that hangs may keep a module from stopping", t -> {
                            called(t);
                            StopRows.forceStop(t);
                            t.answer(true, "");
                        }),
                command(280, STOPPED, v -> v == Verb.STOP || v == Verb.SHUTDOWN)
                        .then("Stopped is what was asked", t -> t.answer(true, "The module is already stopped")),
                command(281, STOPPED, v -> v == Verb.STOPSTART)
                        .then("There is nothing to stop", t -> t.answer(false, "The module is stopped: start it")),
                command(282, STOPPING, v -> v == Verb.STOP || v == Verb.SHUTDOWN)
                        .then("A stop cancels the start that would have followed", t -> {
                            called(t);
                            t.order = new StartOrder(t.order.verb(), t.order.word(), false, t.order.wasPrimaryBefore());
                            t.answer(true, "The module is stopping");
                        }),
                command(283, STOPPING, v -> v == Verb.STOPSTART)
                        .then(
                                "A stop under way keeps its end",
                                t -> t.answer(
                                        t.order.startAgain(),
                                        t.order.startAgain()
                                                ? "The module is stopping and will be started again"
                                                : "The module is stopping: start it once it is stopped")),
                command(284, UP, v -> v == Verb.STOP || v == Verb.SHUTDOWN || v == Verb.STOPSTART)
                        .then("It begins as soon as the hook that runs has ended", CommandRows::queue),
                command(290, STOPPED, CommandRows::changes)
                        .then(
                                "Only a running module has a role to change",
                                t -> t.answer(false, "The module is stopped: start it")),
                command(291, STOPPING, CommandRows::changes)
                        .then(
                                "Only a running module has a role to change",
                                t -> t.answer(
                                        false,
                                        "The module is stopping: wait until it is stopped (waitstop), then start it")),
                command(292, WITHOUT_ROLE, CommandRows::changes)
                        .then(
                                "Nothing runs that could be restarted or moved",
                                t -> t.answer(
                                        false,
                                        "The module has no role yet (" + t.state + " " + t.readiness.label() + "): "
                                                + Texts.WITHOUT_ROLE)),
                command(294, WITH_ROLE, v -> v == Verb.RESTART)
                        .then("It begins as soon as the module is stable", CommandRows::queue),
                command(295, EnumSet.of(Phase.PRIM_READY), CommandRows::swaps)
                        .given(t -> is(t, CommandRows::swaps) && Facts.paired(t) && Facts.peerSecondReady(t))
                        .ref("M15")
                        .then("The primary begins the exchange", CommandRows::queue),
                command(296, EnumSet.of(Phase.SECOND_READY), CommandRows::swaps)
                        .given(t -> is(t, CommandRows::swaps) && Facts.paired(t) && Facts.peerPrimary(t))
                        .ref("M14")
                        .then("The secondary asks its primary for the exchange", t -> {
                            called(t);
                            requestSwap(t, origin(t), verb(t) == Verb.SWAP_NOSYNC);
                            t.answer(true, accepted(verb(t)));
                        }),
                command(298, WITH_ROLE, CommandRows::swaps)
                        .then(
                                "An exchange needs a primary and a synchronized secondary",
                                t -> t.answer(
                                        false,
                                        "Roles are exchanged between PRIM Ready and SECOND Ready; this node is "
                                                + t.state + " " + t.readiness.label() + ": "
                                                + (t.phase == Phase.ALONE_READY
                                                        ? Texts.START_THE_OTHER
                                                        : Texts.WAIT_FOR_BOTH))));
    }

    private static Row.Builder command(int number, Set<Phase> phases, Predicate<Verb> verbs) {
        return Row.on(number, Event.Command.class, phases).given(t -> is(t, verbs));
    }

    private static boolean is(Turn t, Predicate<Verb> verbs) {
        return verbs.test(verb(t));
    }

    private static boolean changes(Verb v) {
        return v == Verb.RESTART || swaps(v);
    }

    static boolean swaps(Verb v) {
        return v == Verb.SWAP || v == Verb.SWAP_NOSYNC;
    }

    private static Verb verb(Turn t) {
        return t.event(Event.Command.class).verb();
    }

    private static String origin(Turn t) {
        return name(t.event(Event.Command.class).caller());
    }

    static String name(Caller caller) {
        return switch (caller) {
            case Caller.Operator operator -> operator.name();
            case Caller.Component component -> component.name();
            case Caller.Boot _ -> "boot";
        };
    }

    /** Logs the action and, for an operator, forgets the automatic actions counted so far. */
    private static void called(Turn t) {
        Event.Command c = t.event(Event.Command.class);
        if (c.caller() instanceof Caller.Operator) {
            t.loop = LoopCounter.ZERO;
        }
        logAction(t, c.verb().word(), c.caller());
    }

    static void logAction(Turn t, String word, Caller caller) {
        LogLevel level = caller instanceof Caller.Component ? LogLevel.C : LogLevel.U;
        String how = caller instanceof Caller.Boot ? " called at boot time" : " called by " + name(caller);
        t.act(new Action.Log(level, Texts.COMMANDS, "Action " + word + how));
    }

    private static void start(Turn t) {
        called(t);
        t.order = new StartOrder(verb(t), "start", false, t.identity.lastPrimary());
        StopRows.begin(t);
        t.answer(true, "");
    }

    private static void incloop(Turn t) {
        boolean exceeded = exceeded(t);
        if (!exceeded) {
            t.loop = t.loop.counted(t.settings.loopIntervalTicks());
        }
        t.answer(!exceeded, exceeded ? "The limit of automatic actions is reached" : "");
    }

    static boolean exceeded(Turn t) {
        return t.settings.loopIntervalTicks() > 0 && t.loop.count() >= t.settings.maxloop();
    }

    /** Keeps the command until it can begin; a stop is never displaced by a lesser wish. */
    private static void queue(Turn t) {
        Event.Command c = t.event(Event.Command.class);
        called(t);
        if (c.caller() instanceof Caller.Component && counts(c.verb())) {
            if (exceeded(t)) {
                t.loop = new LoopCounter(t.loop.count(), t.loop.ticksLeft(), true);
                t.log(LogLevel.C, "Action stop called by maxloop");
                c = new Event.Command(c.number(), Verb.STOP, new Caller.Component("maxloop"));
            } else if (t.settings.loopIntervalTicks() > 0) {
                t.loop = t.loop.counted(t.settings.loopIntervalTicks());
            }
        }
        int rank = rank(c.verb());
        if (t.queued.filter(q -> rank(q.verb()) > rank).isEmpty()) {
            t.queued = Optional.of(c);
        }
        t.answer(true, accepted(verb(t)));
    }

    /** What is to be said besides that it is done. */
    private static String accepted(Verb v) {
        return v == Verb.SWAP_NOSYNC ? Texts.NOSYNC : "";
    }

    private static boolean counts(Verb v) {
        return v == Verb.RESTART || v == Verb.STOPSTART;
    }

    private static int rank(Verb v) {
        return switch (v) {
            case STOP, SHUTDOWN -> 3;
            case STOPSTART -> 2;
            default -> 1;
        };
    }

    static void requestSwap(Turn t, String origin, boolean withoutSync) {
        long number = t.before.incarnation() << 24 | t.token();
        t.swap = new SwapRequest(number, origin, withoutSync, t.swap.seen(), false);
    }

    /** Whether the module is in a state the application could be restarted in. */
    static boolean stable(Turn t) {
        return Facts.idle(t)
                && (t.phase == Phase.ALONE_READY || t.phase == Phase.PRIM_READY || t.phase == Phase.SECOND_READY)
                && t.state != ModuleState.WAIT;
    }
}
