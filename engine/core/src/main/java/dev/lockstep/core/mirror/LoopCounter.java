package dev.lockstep.core.mirror;

/**
 * Automatic actions counted for maxloop, in a window that begins with the first of them. To be kept on disk across restarts of
 * the daemon.
 *
 * @param count actions counted in the window
 * @param ticksLeft ticks until the window ends, 0 when nothing is counted
 * @param exceeded whether the module was stopped because of it
 */
public record LoopCounter(int count, long ticksLeft, boolean exceeded) {
    /** Nothing counted. */
    public static final LoopCounter ZERO = new LoopCounter(0, 0, false);

    LoopCounter ticked() {
        if (ticksLeft <= 1) {
            return ticksLeft == 0 ? this : new LoopCounter(0, 0, exceeded);
        }
        return new LoopCounter(count, ticksLeft - 1, exceeded);
    }

    LoopCounter counted(long window) {
        return new LoopCounter(count + 1, count == 0 ? window : ticksLeft, exceeded);
    }
}
