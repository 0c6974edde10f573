package dev.lockstep.core.mirror;

/** Something that happened, in the order of the module's mailbox. */
public sealed interface Event {
    /** One pulse of the node has passed while this process was running. A paused process gets no ticks for its pause. */
    record Tick() implements Event {}

    /**
     * A command. Answered in the same step by {@link Action.Answer}.
     *
     * @param number chosen by the node, unique among unanswered commands
     */
    record Command(long number, Verb verb, Caller caller) implements Event {}

    /** The failover switch was changed on this node. */
    record FailoverSwitched(boolean on, Caller caller) implements Event {}

    /** Packets arrive again on a heartbeat. */
    record HeartbeatUp(String name) implements Event {}

    /** No packet for the timeout on a heartbeat. */
    record HeartbeatDown(String name) implements Event {}

    /** An authentic report of the peer. The node passes each changed one, and at least one per timeout. */
    record PeerReported(PeerReport report) implements Event {}

    /**
     * Nothing from the peer for the timeout, counted in ticks of this process: no heartbeat and nothing on the replication link.
     * Sent once per silence; also once when the peer was never heard since the module began to start.
     */
    record PeerSilent() implements Event {}

    /** A hook ended. */
    record HookDone(long token, HookResult result, String detail) implements Event {}

    /** An action with a token was carried out. */
    record ActionDone(long token) implements Event {}

    /**
     * An action with a token could not be carried out; the reason is a sentence for the operator.
     *
     * @param unrecorded whether nothing changed because a durable record could not be stored: the same may succeed later
     */
    record ActionFailed(long token, String reason, boolean unrecorded) implements Event {
        /** A failure of another kind. */
        public ActionFailed(long token, String reason) {
            this(token, reason, false);
        }
    }

    /** Durable facts about the local copy changed. */
    record IdentityChanged(ReplicaIdentity identity) implements Event {}

    /** A reintegration began, on either node; with a word or more about how much is copied and why. */
    record ReintegrationStarted(String mode) implements Event {}

    /** Both copies are equal and durable as such; from now on every write goes to both. On both nodes, the secondary first. */
    record ReintegrationEnded(String mode) implements Event {}

    /** On the secondary: could not connect, or the reintegration was broken off. */
    record ReintegrationFailed(String reason) implements Event {}

    /**
     * The link with the peer is gone.
     *
     * @param peerMayBeUpToDate on the primary: whether the peer may hold an up-to-date copy of this generation; if so the writes
     *     that wait for it stay pending until the automaton asks for {@link DataRole.Alone}
     */
    record PeerLost(String reason, boolean peerMayBeUpToDate) implements Event {}

    /**
     * The disk below the replicated directories became bad, worse, or good again.
     *
     * @param what what was tried and what came of it, for the operator
     */
    record DiskChanged(DiskHealth health, String what) implements Event {}

    /** The local replication engine or a mount failed beyond repair. */
    record LocalReplicationFailed(String reason) implements Event {}
}
