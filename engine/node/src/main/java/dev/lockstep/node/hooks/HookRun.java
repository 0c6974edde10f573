package dev.lockstep.node.hooks;

/** A hook that was started. */
public interface HookRun {
    /**
     * Gives it up: interrupts it, kills its processes, and answers {@link HookOutcome.TimedOut} if it had not ended. Does not
     * wait; calling it again, or after the end, does nothing.
     */
    void abandon();
}
