package dev.lockstep.replication;

/** How much a reintegration looks at. */
public enum ReintegrationMode {
    /** Every object is compared, differing blocks are copied. */
    FULL("full copy"),
    /** Only what either node has marked as changed is compared and copied. */
    DELTA("changes only");

    private final String word;

    ReintegrationMode(String word) {
        this.word = word;
    }

    /** The word of the log line {@code Reintegration ended (<word>)}. */
    public String word() {
        return word;
    }
}
