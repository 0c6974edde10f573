package dev.lockstep.core.mirror;

import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Pair;
import java.util.Optional;

/** Carries a plan forward until it has to wait for something. Knows nothing of why the plan was made. */
final class PlanRunner {
    private PlanRunner() {}

    /** Begins the next step of the plan; false if there is none or if it must wait. */
    static boolean advance(Turn t) {
        if (t.planToken != 0 || t.plan.isEmpty()) {
            return false;
        }
        PlanStep step = t.plan.peek();
        if (mustWait(t, step)) {
            return false;
        }
        t.plan.remove();
        begin(t, step);
        return true;
    }

    private static boolean mustWait(Turn t, PlanStep step) {
        return switch (step) {
            case PlanStep.Until until -> !holds(t, until.condition());
            case PlanStep.Demote _ -> t.pair == Pair.LOST || t.dataToken != 0 || t.closeToken != 0;
            case PlanStep.LeavePair _, PlanStep.Outdate _ -> t.outdatedToken != 0 && !t.recording.mute();
            default -> false;
        };
    }

    private static boolean holds(Turn t, PlanStep.Condition condition) {
        return switch (condition) {
            case CONSENT -> Facts.consent(t) && !Facts.promised(t);
            case RECORD_DUE -> RecordRows.aloneDue(t);
            case CLOSED -> t.closeToken == 0;
            case PEER_SETTLED -> t.pair != Pair.LOST && t.dataToken == 0;
            case TAKEN_OVER ->
                t.handover.isEmpty() || Facts.promised(t) || !Facts.peerMayTakeOver(t) || Facts.deadlinePassed(t);
        };
    }

    private static void begin(Turn t, PlanStep step) {
        switch (step) {
            case PlanStep.Call call -> call(t, call);
            case PlanStep.Data data -> data(t, step, data.role());
            case PlanStep.Demote _ -> {
                if (t.data == DataMode.WAITING) {
                    return;
                }
                if (t.data == DataMode.PRIMARY && t.pair == Pair.PAIRED) {
                    data(t, step, new DataRole.HandOver());
                } else {
                    data(t, step, new DataRole.Waiting());
                }
            }
            case PlanStep.Close _ -> {
                if (t.data != DataMode.WAITING) {
                    data(t, step, new DataRole.Waiting());
                }
            }
            case PlanStep.LeavePair _ -> {
                boolean tried = t.accepting.isPresent();
                if (!tried && t.identity.usable() && t.identity.inPair() && Facts.peerPrimary(t)) {
                    t.handover = Optional.of(t.identity.generation());
                    outdate(t, step);
                }
            }
            case PlanStep.Outdate _ -> outdate(t, step);
            case PlanStep.Offer _ -> {
                t.handover = Optional.of(t.identity.generation());
                t.deadline = t.tick + t.settings.timing().handoverTicks();
            }
            case PlanStep.Check _ -> {
                if (t.settings.replicated()) {
                    await(t, step);
                    t.act(new Action.CheckPaths(t.planToken));
                }
            }
            case PlanStep.Show show -> t.show(show.state(), show.readiness());
            case PlanStep.Enter enter -> {
                t.phase = enter.phase();
                if (t.phase == Phase.PRIM_WAITING) {
                    t.deadline = t.tick + t.settings.timing().pairTicks();
                }
            }
            case PlanStep.Until _ -> {
                // It held; nothing else to do.
            }
        }
    }

    private static void await(Turn t, PlanStep step) {
        t.planToken = t.token();
        t.current = Optional.of(step);
    }

    private static void call(Turn t, PlanStep.Call call) {
        for (HookPair pair : HookPair.values()) {
            if (pair.start() == call.hook()) {
                t.activePairs.add(pair);
            } else if (pair.stop() == call.hook()) {
                t.activePairs.remove(pair);
            }
        }
        if (t.settings.hooks().contains(call.hook())) {
            await(t, call);
            t.act(new Action.RunHook(t.planToken, call.hook(), call.arguments(), call.force()));
        }
    }

    private static void outdate(Turn t, PlanStep step) {
        if (t.settings.replicated() && t.identity.upToDate()) {
            await(t, step);
            t.act(new Action.PersistOutdated(t.planToken));
        }
    }

    private static void data(Turn t, PlanStep step, DataRole role) {
        switch (role) {
            case DataRole.Alone _ -> becomesPrimary(t);
            case DataRole.Second _ -> t.data = DataMode.SECONDARY;
            default -> {
                // Takes effect when it is done: until then the directories are what they were.
            }
        }
        if (t.settings.replicated()) {
            await(t, step);
            t.act(new Action.SetData(t.planToken, role));
        } else {
            dataDone(t, role);
        }
    }

    private static void becomesPrimary(Turn t) {
        if (t.data != DataMode.PRIMARY) {
            t.roleSince = t.tick;
        }
        t.data = DataMode.PRIMARY;
        t.handover = Optional.empty();
        t.failures = 0;
    }

    /** What holds once the data have a role. */
    static void dataDone(Turn t, DataRole role) {
        switch (role) {
            case DataRole.Alone _ -> {
                t.claim = Optional.empty();
                RecordRows.wentAlone(t);
            }
            case DataRole.HandOver _, DataRole.Waiting _, DataRole.Abandoned _ -> {
                t.data = DataMode.WAITING;
                t.pair = Pair.NONE;
            }
            case DataRole.Stopped _ -> t.data = DataMode.STOPPED;
            case DataRole.Second _ -> {
                // The reintegration reports by events.
            }
        }
    }

    /** The plan waits for what closing the data beside it has done by now, and may wait for long if the disk hangs. */
    static boolean closing(Turn t) {
        return t.current
                .filter(s -> s instanceof PlanStep.Demote || s instanceof PlanStep.Close)
                .isPresent();
    }

    /** Ends the step that was waited for. */
    static void done(Turn t) {
        Optional<PlanStep> step = t.current;
        t.planToken = 0;
        t.current = Optional.empty();
        step.ifPresent(s -> {
            switch (s) {
                case PlanStep.Data data -> dataDone(t, data.role());
                case PlanStep.Demote _, PlanStep.Close _ -> dataDone(t, new DataRole.Waiting());
                default -> {
                    // Hooks, checks and marks leave nothing behind here.
                }
            }
        });
    }
}
