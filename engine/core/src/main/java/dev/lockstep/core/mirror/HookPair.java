package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import java.util.EnumSet;
import java.util.Set;

/**
 * A start hook and its stop hook. Which pairs are active is a function of the state; a change of state stops the pairs that are
 * no longer active, calls {@code transition}, and starts the ones that are newly active.
 */
public enum HookPair {
    BOTH(Hook.START_BOTH, Hook.STOP_BOTH),
    SECOND(Hook.START_SECOND, Hook.STOP_SECOND),
    PRIM(Hook.START_PRIM, Hook.STOP_PRIM),
    SEC(Hook.START_SEC, Hook.STOP_SEC);

    private final Hook start;
    private final Hook stop;

    HookPair(Hook start, Hook stop) {
        this.start = start;
        this.stop = stop;
    }

    /** The hook that begins it. Pairs start in the order of this enumeration. */
    public Hook start() {
        return start;
    }

    /** The hook that ends it. Pairs stop in the reverse order of this enumeration. */
    public Hook stop() {
        return stop;
    }

    /** The pairs that are active in a state. */
    public static Set<HookPair> activeIn(ModuleState state) {
        return switch (state) {
            case ALONE -> EnumSet.of(BOTH, PRIM, SEC);
            case PRIM -> EnumSet.of(BOTH, PRIM);
            case SECOND -> EnumSet.of(BOTH, SECOND, SEC);
            default -> EnumSet.noneOf(HookPair.class);
        };
    }
}
