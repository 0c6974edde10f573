package dev.lockstep.node.peers;

/** A module that works with a peer, as the node channel sees it. Thread-safe; nothing blocks. */
public interface PeerPorts {
    /** What this node announces of the module now. */
    Announcement.Module announced();

    /** The ports at which the peer can be reached. */
    void peerAt(int heartbeatPort, int replicationPort);

    /** Whether the node of the peer says that the module is primary there. */
    void peerPrimary(boolean primary);

    /** How the module fits what the peer's node says, for the resource {@code peer.module}. */
    void shown(String words);

    /** A sentence for the module's log. */
    void remark(String sentence);
}
