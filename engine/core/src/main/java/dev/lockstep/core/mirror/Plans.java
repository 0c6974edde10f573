package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.PlanStep.Condition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Composes plans: which hooks in which order with which words, and where between them the data change their role. */
final class Plans {
    private static final String START = "start";
    private static final String STOP = "stop";

    private Plans() {}

    /** STOP to WAIT. */
    static List<PlanStep> start() {
        List<String> words = words(ModuleState.STOP, ModuleState.WAIT, START);
        return List.of(
                new PlanStep.Show(ModuleState.WAIT, Readiness.TRANSIENT),
                new PlanStep.Call(Hook.TRANSITION, words, false),
                new PlanStep.Call(Hook.PRESTART, words, false),
                new PlanStep.Check(),
                new PlanStep.Data(new DataRole.Waiting()),
                new PlanStep.Enter(Phase.WAITING));
    }

    /** WAIT to ALONE or PRIM. The role is shown when it can be joined, not before. */
    static List<PlanStep> open(Turn t, ModuleState target, boolean copyAll) {
        List<PlanStep> steps = new ArrayList<>();
        steps.add(new PlanStep.Data(new DataRole.Alone(copyAll)));
        steps.add(new PlanStep.Show(target, Readiness.TRANSIENT));
        change(steps, t.activePairs, t.state, target, START);
        enterPrimary(steps, target);
        return steps;
    }

    /** SECOND to ALONE or PRIM, also by a former primary that takes its role back. */
    static List<PlanStep> takeOver(Turn t, ModuleState target) {
        List<PlanStep> steps = new ArrayList<>();
        steps.add(new PlanStep.Show(ModuleState.SECOND, Readiness.TRANSIENT));
        Set<HookPair> kept = HookPair.activeIn(target);
        stops(steps, without(t.activePairs, kept), words(ModuleState.SECOND, target, START), false);
        steps.add(new PlanStep.Until(Condition.CONSENT));
        steps.add(new PlanStep.Data(new DataRole.Alone(false)));
        steps.add(new PlanStep.Show(target, Readiness.TRANSIENT));
        steps.add(transition(ModuleState.SECOND, target, START));
        starts(steps, without(kept, t.activePairs), words(ModuleState.SECOND, target, START));
        enterPrimary(steps, target);
        return steps;
    }

    private static void enterPrimary(List<PlanStep> steps, ModuleState target) {
        if (target == ModuleState.ALONE) {
            steps.add(new PlanStep.Show(ModuleState.ALONE, Readiness.READY));
            steps.add(new PlanStep.Enter(Phase.ALONE_READY));
        } else {
            steps.add(new PlanStep.Enter(Phase.PRIM_WAITING));
        }
    }

    /** WAIT to SECOND, up to the reintegration. */
    static List<PlanStep> join(boolean copyAll) {
        return List.of(
                new PlanStep.Show(ModuleState.SECOND, Readiness.TRANSIENT),
                transition(ModuleState.WAIT, ModuleState.SECOND, START),
                new PlanStep.Data(new DataRole.Second(copyAll)));
    }

    /** The start hooks of a secondary, after its reintegration: of one that was started, or that handed its role over. */
    static List<PlanStep> second(Turn t) {
        List<PlanStep> steps = new ArrayList<>();
        Set<HookPair> missing = without(HookPair.activeIn(ModuleState.SECOND), t.activePairs);
        ModuleState formerly = t.activePairs.contains(HookPair.SEC) ? ModuleState.ALONE : ModuleState.PRIM;
        List<String> words = t.activePairs.isEmpty()
                ? words(ModuleState.WAIT, ModuleState.SECOND, START)
                : words(formerly, ModuleState.SECOND, STOP);
        starts(steps, missing, words);
        steps.add(new PlanStep.Show(ModuleState.SECOND, Readiness.READY));
        steps.add(new PlanStep.Enter(Phase.SECOND_READY));
        return steps;
    }

    /** ALONE to PRIM: the application is not touched. */
    static List<PlanStep> pair(Turn t) {
        List<PlanStep> steps = new ArrayList<>();
        change(steps, t.activePairs, ModuleState.ALONE, ModuleState.PRIM, START);
        steps.add(new PlanStep.Show(ModuleState.PRIM, Readiness.READY));
        steps.add(new PlanStep.Enter(Phase.PRIM_READY));
        return steps;
    }

    /** PRIM to ALONE: the application is not touched. */
    static List<PlanStep> part(Turn t, ModuleState from) {
        List<PlanStep> steps = new ArrayList<>();
        steps.add(new PlanStep.Until(Condition.PEER_SETTLED));
        steps.add(new PlanStep.Show(ModuleState.ALONE, Readiness.TRANSIENT));
        change(steps, t.activePairs, from, ModuleState.ALONE, START);
        enterPrimary(steps, ModuleState.ALONE);
        return steps;
    }

    /** Restart: the same state twice and no action word; one graceful pass over all, then one forced. */
    static List<PlanStep> restart(Turn t) {
        ModuleState state = t.state;
        List<String> words = List.of(state.name(), state.name());
        List<PlanStep> steps = new ArrayList<>();
        steps.add(new PlanStep.Show(state, Readiness.TRANSIENT));
        Set<HookPair> active = HookPair.activeIn(state);
        stops(steps, active, words, false);
        stops(steps, active, words, true);
        starts(steps, active, words);
        steps.add(new PlanStep.Show(state, Readiness.READY));
        steps.add(new PlanStep.Enter(
                switch (state) {
                    case PRIM -> Phase.PRIM_READY;
                    case SECOND -> Phase.SECOND_READY;
                    default -> Phase.ALONE_READY;
                }));
        return steps;
    }

    /** PRIM or ALONE to SECOND, up to the offer of the role. */
    static List<PlanStep> handOver(Turn t) {
        ModuleState from = t.state;
        List<PlanStep> steps = new ArrayList<>();
        steps.add(new PlanStep.Show(from, Readiness.TRANSIENT));
        Set<HookPair> leaving = without(t.activePairs, HookPair.activeIn(ModuleState.SECOND));
        List<String> words = words(from, ModuleState.SECOND, STOP);
        stops(steps, leaving, words, false);
        stops(steps, leaving, words, true);
        steps.add(new PlanStep.Demote());
        steps.add(new PlanStep.Offer());
        steps.add(new PlanStep.Show(ModuleState.SECOND, Readiness.TRANSIENT));
        steps.add(transition(from, ModuleState.SECOND, STOP));
        steps.add(new PlanStep.Enter(Phase.OFFERING));
        return steps;
    }

    /** Any running state to STOP. */
    static List<PlanStep> stop(Turn t, String word, boolean outdate) {
        List<PlanStep> steps = new ArrayList<>();
        ModuleState from = t.state;
        if (from.runsApplication() || from == ModuleState.SECOND) {
            steps.add(new PlanStep.Show(from, Readiness.TRANSIENT));
            steps.add(new PlanStep.Until(Condition.CLOSED));
            stops(steps, t.activePairs, words(from, ModuleState.WAIT, word), false);
            steps.add(transition(from, ModuleState.WAIT, word));
        }
        if (outdate) {
            steps.add(new PlanStep.Close());
            steps.add(new PlanStep.Outdate());
        } else {
            steps.add(new PlanStep.Demote());
            steps.add(from.runsApplication() ? new PlanStep.Offer() : new PlanStep.LeavePair());
        }
        steps.add(new PlanStep.Show(ModuleState.WAIT, Readiness.TRANSIENT));
        end(steps, word);
        return steps;
    }

    /** As a stop, of a node whose disk is not to be relied on: nothing is flushed, and the directories stay closed. */
    static List<PlanStep> giveUp(Turn t) {
        return stop(t, STOP, false).stream()
                .filter(step -> !step.equals(new PlanStep.Data(new DataRole.Stopped())))
                .toList();
    }

    /** To STOP with forced hooks only, waiting for nothing but them. */
    static List<PlanStep> forceStop() {
        List<PlanStep> steps = new ArrayList<>();
        steps.add(new PlanStep.Until(Condition.CLOSED));
        stops(steps, EnumSet.allOf(HookPair.class), words(ModuleState.WAIT, ModuleState.STOP, STOP), true);
        steps.add(new PlanStep.Close());
        steps.add(new PlanStep.Show(ModuleState.WAIT, Readiness.TRANSIENT));
        steps.add(new PlanStep.Call(Hook.POSTSTOP, words(ModuleState.WAIT, ModuleState.STOP, STOP), false));
        stopped(steps, STOP);
        return steps;
    }

    /** SECOND to WAIT NotReady without a stop, when the reintegration does not succeed. */
    static List<PlanStep> giveUpJoining(Turn t) {
        List<PlanStep> steps = new ArrayList<>();
        change(steps, t.activePairs, ModuleState.SECOND, ModuleState.WAIT, STOP);
        steps.add(new PlanStep.Close());
        steps.add(new PlanStep.Show(ModuleState.WAIT, Readiness.NOT_READY));
        steps.add(new PlanStep.Enter(Phase.BLOCKED));
        return steps;
    }

    private static void end(List<PlanStep> steps, String word) {
        List<String> words = words(ModuleState.WAIT, ModuleState.STOP, word);
        stops(steps, EnumSet.allOf(HookPair.class), words, true);
        steps.add(new PlanStep.Call(Hook.POSTSTOP, words, false));
        stopped(steps, word);
    }

    private static void stopped(List<PlanStep> steps, String word) {
        steps.add(transition(ModuleState.WAIT, ModuleState.STOP, word));
        steps.add(new PlanStep.Until(Condition.TAKEN_OVER));
        steps.add(new PlanStep.Data(new DataRole.Stopped()));
        steps.add(new PlanStep.Show(ModuleState.STOP, Readiness.NOT_READY));
        steps.add(new PlanStep.Enter(Phase.STOPPED));
    }

    private static void change(
            List<PlanStep> steps, Set<HookPair> active, ModuleState from, ModuleState to, String word) {
        Set<HookPair> wanted = HookPair.activeIn(to);
        stops(steps, without(active, wanted), words(from, to, word), false);
        if (from != to) {
            steps.add(transition(from, to, word));
        }
        starts(steps, without(wanted, active), words(from, to, word));
    }

    private static PlanStep transition(ModuleState from, ModuleState to, String word) {
        return new PlanStep.Call(Hook.TRANSITION, words(from, to, word), false);
    }

    private static void starts(List<PlanStep> steps, Collection<HookPair> pairs, List<String> words) {
        for (HookPair pair : HookPair.values()) {
            if (pairs.contains(pair)) {
                steps.add(new PlanStep.Call(pair.start(), words, false));
            }
        }
    }

    private static void stops(List<PlanStep> steps, Collection<HookPair> pairs, List<String> words, boolean force) {
        List<String> arguments = new ArrayList<>(words);
        if (force) {
            arguments.addFirst("force");
        }
        HookPair[] all = HookPair.values();
        for (int i = all.length - 1; i >= 0; i--) {
            if (pairs.contains(all[i])) {
                steps.add(new PlanStep.Call(all[i].stop(), arguments, force));
            }
        }
    }

    private static Set<HookPair> without(Set<HookPair> set, Set<HookPair> removed) {
        Set<HookPair> rest = EnumSet.noneOf(HookPair.class);
        rest.addAll(set);
        rest.removeAll(removed);
        return rest;
    }

    private static List<String> words(ModuleState from, ModuleState to, String action) {
        return List.of(from.name(), to.name(), action);
    }
}
