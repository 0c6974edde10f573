package dev.lockstep.node.kit;

import dev.lockstep.node.hooks.HookCall;
import dev.lockstep.node.hooks.HookOutcome;
import dev.lockstep.node.hooks.HookRun;
import dev.lockstep.node.hooks.HookRunner;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Hooks that do nothing but are remembered; a test can make one hang or fail. */
public final class RecordedHooks implements HookRunner {
    private final Set<String> names;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Set<String> hanging = ConcurrentHashMap.newKeySet();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Map<String, Runnable> held = new ConcurrentHashMap<>();

    /** Hooks of these names exist. */
    public RecordedHooks(Set<String> names) {
        this.names = names;
    }

    /** What was called, oldest first: {@code start_prim WAIT ALONE}. */
    public List<String> calls() {
        return calls;
    }

    /** Makes a hook hang from now on, unless it is called with force. */
    public void hang(String hook) {
        hanging.add(hook);
    }

    /** Makes a hook fail from now on. */
    public void fail(String hook) {
        failing.add(hook);
    }

    /** Lets a hook do its work again. */
    public void mend(String hook) {
        failing.remove(hook);
    }

    /** Makes a forced hook not end before it is {@link #release released}. */
    public void hold(String hook) {
        held.put(hook, () -> {});
    }

    /** Lets a held hook end. */
    public void release(String hook) {
        held.remove(hook).run();
    }

    @Override
    public Set<String> hooks() {
        return names;
    }

    @Override
    public HookRun start(HookCall call, OutputStream printed, Consumer<HookOutcome> done) {
        calls.add((call.hook() + " " + String.join(" ", call.arguments())).strip());
        if (hanging.contains(call.hook()) && !call.force()) {
            return () -> done.accept(new HookOutcome.TimedOut("given up"));
        }
        if (call.force() && held.containsKey(call.hook())) {
            held.put(call.hook(), () -> done.accept(new HookOutcome.Failed("held by the test")));
            calls.add("held " + call.hook());
            return () -> {};
        }
        HookOutcome outcome = failing.contains(call.hook())
                ? new HookOutcome.Failed(call.hook() + ".groovy:7: broken by the test")
                : new HookOutcome.Ok();
        Thread.ofVirtual().start(() -> done.accept(outcome));
        return () -> {};
    }

    @Override
    public void close() {
        hanging.clear();
    }
}
