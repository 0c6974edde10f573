package dev.lockstep.node.hooks;

/** How a call of a hook ended. */
public sealed interface HookOutcome {
    /** It came to its end; an executable returned 0. */
    record Ok() implements HookOutcome {}

    /**
     * It threw, or an executable returned another status.
     *
     * @param message why, with file and line of the script where known: {@code start_prim.groovy:12: ...}
     */
    record Failed(String message) implements HookOutcome {}

    /** It was given up because its time was over or {@link HookRun#abandon} was called. */
    record TimedOut(String message) implements HookOutcome {}

    /** There is no such hook: nothing was run. */
    record Missing() implements HookOutcome {}

    /** For logs: {@code ok}, the message, or {@code missing}. */
    default String detail() {
        return switch (this) {
            case Ok ok -> "ok";
            case Failed failed -> failed.message();
            case TimedOut timedOut -> timedOut.message();
            case Missing missing -> "missing";
        };
    }
}
