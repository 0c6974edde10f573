package dev.lockstep.core.mirror;

import java.util.Locale;

/** What an operator, a script or a detector may ask of a mirror module. */
public enum Verb {
    START,
    PRIM,
    PRIM_FULLSYNC,
    PRIMFORCE,
    SECOND,
    SECOND_FULLSYNC,
    STOP,
    STOPSTART,
    RESTART,
    SWAP,
    SWAP_NOSYNC,
    FORCESTOP,
    SHUTDOWN,
    /** Counts one automatic action of a script; refused when the limit is reached. */
    INCLOOP,
    /** Sets the counter of automatic actions to 0. */
    RESETLOOP;

    /** The word of the log line {@code Action <word> called by <who>}: the command without its option. */
    public String word() {
        String name = name().toLowerCase(Locale.ROOT);
        int option = name.indexOf('_');
        return option < 0 ? name : name.substring(0, option);
    }

    /** Whether the command brings a stopped module up. */
    public boolean starts() {
        return switch (this) {
            case START, PRIM, PRIM_FULLSYNC, PRIMFORCE, SECOND, SECOND_FULLSYNC -> true;
            default -> false;
        };
    }

    /** Whether the command asks for the primary role whatever the up-to-date mark says. */
    public boolean wantsPrimary() {
        return this == PRIM || this == PRIM_FULLSYNC || this == PRIMFORCE;
    }

    /** Whether the command asks for the secondary role only. */
    public boolean wantsSecondary() {
        return this == SECOND || this == SECOND_FULLSYNC;
    }
}
