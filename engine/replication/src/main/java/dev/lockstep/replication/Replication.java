package dev.lockstep.replication;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.core.mirror.ReplicaIdentity;
import java.util.concurrent.CompletionStage;

/**
 * The replicated directories of one mirror module on one node. It exists from the moment the module's configuration is applied
 * until it is taken away or the daemon ends, whatever the state of the module.
 *
 * <p>Order of use: {@code open}, {@link #gate} for the interceptors, {@link #attach} for each tree, then role commands. The
 * first role is <em>waiting</em>: nothing may be written.
 *
 * <p>Role commands return at once, are carried out one after the other on the engine's own thread, and may be repeated. Their
 * stage completes when the role is reached, durably where that matters, or fails with a {@link ReplicationFailure} whose
 * message is a sentence for the operator. Stages complete, and events are told, on threads of the engine.
 */
public interface Replication extends AutoCloseable {
    /** The gate for the interceptors of all trees of the module. Usable before the trees are attached: it refuses writes then. */
    MutationGate gate();

    /**
     * Handler to give to the transport for every link of this module, before it is known what the link is for. Frames that
     * arrive before {@link #serve} or {@link #join} names their link are kept, up to a small bound.
     */
    LinkHandler linkHandler();

    /**
     * Gives the engine a tree, once per tree and before any role but waiting is asked for. What changed while the directory was
     * not guarded is marked here.
     *
     * @param tree index, from 0, without gaps once all are attached
     */
    CompletionStage<Void> attach(int tree, BackingTree backing);

    /** What is durably known about the local copy. Changes are told by {@link ReplicationEvents#identityChanged}. */
    ReplicaIdentity identity();

    /** When the copy was last known equal to the peer's, milliseconds since the epoch, 0 if never. Only for display and syncdelta. */
    long lastSynchronizedMillis();

    /** Figures for the resources of the module; cheap enough to be asked for every second. */
    ReplicationStatistics statistics();

    /** Module stopped, daemon running: writable and tracked, no link. */
    CompletionStage<Void> stopped();

    /**
     * Read-only, no link, everything written before is on disk, or that the disk refused it is told and remembered. On a primary the writes that wait for the peer fail with EIO,
     * and the peer may hold them.
     */
    CompletionStage<Void> waiting();

    /**
     * Lets nothing in and acknowledges nothing from now on; what waits for the peer has ended with EIO when this returns. Waits for
     * nobody and for no disk: the role is left, as by {@link #waiting} but without a flush, as soon as what the engine is at lets it.
     *
     * @param reason why this node's disk is not to be relied on; it is remembered until this copy has been compared
     */
    void abandon(String reason);

    /** Whether this node's disk has refused data and this copy has not been compared since: it may lack what memory shows. */
    boolean diskRefused();

    /**
     * Writable and tracked. Before the first write is acknowledged, and before the writes that waited for a lost peer are
     * completed, makes durable in one step: a new generation, the old one in the history, up to date, last primary, not in a
     * pair, not inconsistent, not never synchronized. Asked of a secondary, it first applies all it has received. Asked of a
     * primary with a living link it drops the peer.
     *
     * @param copyAllToPeer the next peer that joins is copied in full
     */
    CompletionStage<Void> alone(boolean copyAllToPeer);

    /**
     * Serves a joining peer: legal while alone. The peer's data is brought up to date while writes go on; then, in one step,
     * every write goes to both. Told by {@link ReplicationEvents#reintegrationStarted}, {@code Progress} and {@code Ended} or
     * {@code Failed}. A link handed over in another role, or while a peer is already served, is closed with the reason.
     */
    void serve(ReplicationLink link);

    /**
     * Becomes the secondary of the primary at the other end: legal while waiting. Before the first change of the copy makes
     * durable: not up to date, inconsistent. At the end makes durable: the common generation, in a pair, up to date, not
     * inconsistent, not never synchronized, not last primary.
     *
     * @param copyAll compare and copy everything, whatever is known about the differences
     */
    void join(ReplicationLink link, boolean copyAll);

    /**
     * Asked of a primary with a synchronized secondary: no new write, all writes acknowledged by the peer and on disk on both
     * sides (or, on this one, refused by it and remembered), then read-only as {@link #waiting}. The durable record still says up to date and in a pair. Fails, read-only all
     * the same, if the peer is lost meanwhile or does not finish within the lock timeout.
     */
    CompletionStage<Void> handOver();

    /**
     * Makes "this copy is not the latest" durable, in any role. The role does not change, but a copy into this node that is not
     * finished is given up ({@link ReplicationEvents#reintegrationFailed}): its end would make this node up to date again.
     */
    CompletionStage<Void> outdated();

    /** Closes the link with the peer; {@link ReplicationEvents#peerLost} or {@code reintegrationFailed} follows. */
    void dropPeer(String reason);

    /** Time passes: deadlines are looked at. To be told every 100 ms or more often, on any thread but one at a time; does not wait. */
    void lived(long millis);

    /** Takes new values of the settings that may change while the module runs; the others are ignored. */
    void reconfigure(ReplicationSettings settings);

    /** Ends the engine: no new write, pending ones fail, state files are closed. The directories may be taken away afterwards. */
    @Override
    void close();
}
