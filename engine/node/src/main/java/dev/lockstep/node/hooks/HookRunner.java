package dev.lockstep.node.hooks;

import java.io.OutputStream;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs the hooks of one applied configuration of one module. Each call has a thread, a binding and an output file of its own; a
 * hook that throws, hangs or prints without end harms only its module. Thread-safe.
 */
public interface HookRunner extends AutoCloseable {
    /** The names of the hooks that exist; empty when the configuration has no {@code <user>}. */
    Set<String> hooks();

    /**
     * Starts a hook; never blocks. The hook is given up when its time is over: {@code nicestoptimeout} for a graceful stop hook,
     * {@code forcestoptimeout} for a forced one, {@link HookSettings#otherTimeout()} for the others.
     *
     * @param printed gets what the hook prints, besides its script log; written by one thread at a time, not closed
     * @param done called exactly once with the outcome, from another thread (also for a missing hook)
     */
    HookRun start(HookCall call, OutputStream printed, Consumer<HookOutcome> done);

    /** Starts a hook whose output only goes to its script log. */
    default HookRun start(HookCall call, Consumer<HookOutcome> done) {
        return start(call, OutputStream.nullOutputStream(), done);
    }

    /** Makes ready what the first call would have to wait for; called in the background, runs nothing of the module. */
    default void prepare() {}

    /** Gives up what still runs. Later calls are answered with a failure. */
    @Override
    void close();
}
