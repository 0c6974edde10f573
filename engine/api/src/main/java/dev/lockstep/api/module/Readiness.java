package dev.lockstep.api.module;

/** How far a module is in its state: blocked or stopped, on the way, or rendering its service. */
public enum Readiness {
    NOT_READY("NotReady"),
    TRANSIENT("Transient"),
    READY("Ready");

    private final String label;

    Readiness(String label) {
        this.label = label;
    }

    /** The word shown to operators and written to logs. */
    public String label() {
        return label;
    }
}
