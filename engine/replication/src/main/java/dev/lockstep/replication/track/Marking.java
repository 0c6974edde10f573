package dev.lockstep.replication.track;

/**
 * Where marks go during one phase of the gate. Immutable.
 *
 * @param log the durable marks, null when nothing is tracked (everything counts as changed anyway)
 * @param round marks made since the current round of a reintegration began, null when none is running
 * @param fresh objects created since the peer left: the peer has never seen them, so the entry of their directory is mark
 *     enough; null when that is not certain
 */
public record Marking(Segment log, MarkSet round, MarkSet fresh) {
    /** Nothing is marked. */
    public static final Marking NONE = new Marking(null, null, null);

    /**
     * A segment of the log and what it holds.
     *
     * @param marks what is in the log
     */
    public record Segment(MarkSet marks, MarkLog log, String name) {}
}
