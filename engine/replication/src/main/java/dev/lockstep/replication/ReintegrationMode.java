package dev.lockstep.replication;

/** How much a reintegration looks at. */
public enum ReintegrationMode {
    /** Every object is compared, differing blocks are copied. */
    FULL("default"),
    /** Only what either node has marked as changed is compared and copied. */
    DELTA("synchronize");

    private final String word;

    ReintegrationMode(String word) {
        this.word = word;
    }

    /** The word of the log line {@code Reintegration ended (<word>)}. */
    public String word() {
        return word;
    }
}
