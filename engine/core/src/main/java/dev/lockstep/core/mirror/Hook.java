package dev.lockstep.core.mirror;

import java.util.Locale;

/** The hooks of a mirror module that the automaton calls. */
public enum Hook {
    PRESTART,
    POSTSTOP,
    TRANSITION,
    START_BOTH,
    STOP_BOTH,
    START_PRIM,
    STOP_PRIM,
    START_SECOND,
    STOP_SECOND,
    START_SEC,
    STOP_SEC;

    /** The name of the file in {@code bin/}, without extension. */
    public String file() {
        return name().toLowerCase(Locale.ROOT);
    }
}
