package dev.lockstep.core.config;

/** What the secondary has done with a write before the primary's application sees it finished. */
public enum AsyncMode {
    /**
     * The attribute is absent: a write is applied on both nodes, and a synchronized write or an fsync is on both disks.
     */
    DURABLE_AT_SYNC,
    /**
     * {@code second}: the secondary acknowledges from memory, also what the application asked to be on disk; only the
     * primary's disk is waited for.
     */
    SECOND,
    /** {@code none}: the secondary acknowledges every write after it is on its disk. */
    NONE
}
