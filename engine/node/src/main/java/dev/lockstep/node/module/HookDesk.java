package dev.lockstep.node.module;

import dev.lockstep.core.mirror.Action;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.Hook;
import dev.lockstep.core.mirror.HookResult;
import dev.lockstep.node.hooks.HookCall;
import dev.lockstep.node.hooks.HookOutcome;
import dev.lockstep.node.hooks.HookRun;
import dev.lockstep.node.hooks.HookRunner;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The hooks a module runs at present, by token. On the mailbox thread; outcomes are posted from the hooks' threads. */
final class HookDesk {
    private final Optional<HookRunner> runner;
    private final Consumer<Event> outcomes;
    private final Map<Long, Running> running = new HashMap<>();

    private record Running(Hook hook, HookRun run) {}

    HookDesk(Optional<HookRunner> runner, Consumer<Event> outcomes) {
        this.runner = runner;
        this.outcomes = outcomes;
    }

    void run(Action.RunHook action) {
        HookCall call = new HookCall(action.hook().file(), action.arguments());
        if (runner.isEmpty()) {
            outcomes.accept(new Event.HookDone(action.token(), HookResult.OK, "no hooks"));
            return;
        }
        running.put(
                action.token(),
                new Running(
                        action.hook(),
                        runner.get().start(call, outcome -> outcomes.accept(done(action.token(), outcome)))));
    }

    private static Event.HookDone done(long token, HookOutcome outcome) {
        HookResult result = switch (outcome) {
            case HookOutcome.Ok ok -> HookResult.OK;
            case HookOutcome.Missing missing -> HookResult.OK;
            case HookOutcome.Failed failed -> HookResult.FAILED;
            case HookOutcome.TimedOut timedOut -> HookResult.TIMED_OUT;
        };
        return new Event.HookDone(token, result, outcome.detail());
    }

    /** Which hook ended; empty for one that was abandoned or never ran. */
    Optional<Hook> ended(long token) {
        return Optional.ofNullable(running.remove(token)).map(Running::hook);
    }

    void abandon(long token) {
        Running one = running.remove(token);
        if (one != null) {
            one.run().abandon();
        }
    }

    void abandonAll() {
        running.values().forEach(one -> one.run().abandon());
        running.clear();
    }
}
