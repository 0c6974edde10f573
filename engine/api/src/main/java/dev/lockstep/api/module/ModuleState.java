package dev.lockstep.api.module;

/** The states of a module, in the words integrators see. The number is the exit status of {@code state -lq}. */
public enum ModuleState {
    STOP(0),
    WAIT(1),
    ALONE(2),
    PRIM(3),
    SECOND(4),
    UP(2);

    private final int number;

    ModuleState(int number) {
        this.number = number;
    }

    /** The number scripts know: STOP 0, WAIT 1, ALONE and UP 2, PRIM 3, SECOND 4. */
    public int number() {
        return number;
    }

    /** Whether the application runs, or is about to run, on a node in this state. */
    public boolean runsApplication() {
        return this == ALONE || this == PRIM || this == UP;
    }
}
