package dev.lockstep.replication;

import dev.lockstep.core.mirror.ReplicaIdentity;

/** What the engine tells its owner. Called on any thread, never two calls for one module at a time; must not block. */
public interface ReplicationEvents {
    /** Durable facts about the local copy changed; they are on disk. */
    void identityChanged(ReplicaIdentity identity);

    /**
     * A reintegration began: on the source and on the target.
     *
     * @param why why so much is compared and not less, a phrase
     */
    void reintegrationStarted(ReintegrationMode mode, String why);

    /** How far a reintegration is; at most a few times per second. On the source only. */
    void reintegrationProgress(ReintegrationProgress progress);

    /**
     * Both copies are equal and durable as such; from now on every write goes to both. On both nodes, the target first. The
     * identity told before this call is that of the pair.
     */
    void reintegrationEnded(ReintegrationMode mode, ReintegrationSummary summary);

    /**
     * A reintegration was broken off. The source goes on alone; the target stays inconsistent until another one ends. The
     * link is closed. On the source this is never told once the target may have become up to date: that is
     * {@link #peerLost}.
     */
    void reintegrationFailed(String reason);

    /**
     * The link of a pair is gone. On the primary the writes that wait for the peer stay pending, and new ones wait, until
     * {@link Replication#alone} (they succeed) or {@link Replication#waiting} (they fail) is asked for.
     *
     * @param reason a sentence: closed, no answer for locktimeout, nothing sent for sendtimeout, the peer could not apply ...
     * @param peerMayBeUpToDate whether the peer may hold an up-to-date copy of this generation
     */
    void peerLost(String reason, boolean peerMayBeUpToDate);

    /** The local copy or the state on disk failed beyond repair: the owner should take the module out of its role. */
    void failed(String reason);

    /** Something happened that an operator should read in the module's log. */
    void notice(String message);

    /** Something failed, or is not as it should be: for the module's log, and not to be taken for news. */
    void trouble(String message);
}
