package dev.lockstep.core.mirror;

/**
 * What the replicated directories are to be. The node carries a role out on the mounts and on the replication engine, reports
 * each durable change with {@link Event.IdentityChanged} and then says {@link Event.ActionDone}. No event of a role comes after
 * the end of the change to the next one; the first events of the new role may come before it. A role that fails leaves the
 * directories not writable, except {@link HandOver}, which leaves them as they were. Not used for a module without replicated
 * directories.
 */
public sealed interface DataRole {
    /**
     * Module stopped, daemon running: local access, changes tracked; no link. The first change makes a new generation durable if
     * the copy is up to date.
     */
    record Stopped() implements DataRole {}

    /** Read-only, no link, everything written before is flushed. On a primary the writes that wait for the peer fail. */
    record Waiting() implements DataRole {}

    /**
     * As {@link Waiting}, at once, for a disk that does not do what it should: whatever waits, for the peer or for the disk, ends with an
     * error, nothing is flushed, and nobody is waited for. What the disk lacks is compared when this node joins.
     */
    record Abandoned() implements DataRole {}

    /**
     * Writable and tracked, joining peers are served. Before the first write is acknowledged (and before the writes that waited
     * for a lost peer are completed) it makes durable, in one step: a new generation, the old one in the history,
     * {@code upToDate}, {@code lastPrimary}, not {@code inPair}, not {@code inconsistent}, not {@code neverSynchronized}.
     * Asked of a secondary it first applies all it has received.
     *
     * @param copyAllToPeer the next peer that joins is copied in full
     */
    record Alone(boolean copyAllToPeer) implements DataRole {}

    /**
     * Read-only, connects to the primary and is reintegrated from it. Progress comes as {@link Event.ReintegrationStarted} and
     * {@link Event.ReintegrationEnded} or {@link Event.ReintegrationFailed}. Done as soon as the attempt has begun. Before the
     * first change of the copy it makes durable: not {@code upToDate}, {@code inconsistent}. At the end both nodes make durable
     * the primary's generation and {@code inPair}, the secondary first: {@code upToDate}, not {@code inconsistent}, not
     * {@code neverSynchronized}, not {@code lastPrimary}.
     *
     * @param copyAll compare and copy everything, whatever is known about the differences
     */
    record Second(boolean copyAll) implements DataRole {}

    /**
     * Asked of a primary with a synchronized secondary: no new write, all writes acknowledged by the peer and flushed on both
     * sides, then read-only. Fails if the peer is lost meanwhile ({@link Event.PeerLost} follows or went before).
     */
    record HandOver() implements DataRole {}
}
