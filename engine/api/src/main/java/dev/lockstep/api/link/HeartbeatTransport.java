package dev.lockstep.api.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.pf4j.ExtensionPoint;

/** Carries small datagrams between the two nodes of a module. Loss, reordering and duplication of the network stay possible. */
public interface HeartbeatTransport extends ExtensionPoint {
    /** Largest payload in bytes, chosen so that a packet fits an Ethernet frame with IPv6 and the authentication. */
    int MAX_PAYLOAD = 1200;

    /**
     * Opens one heartbeat.
     *
     * @param endpoint where it listens and to whom it sends
     * <p>Several heartbeats may be opened at one local address and port: what arrives there is for the one it names.
     *
     * @param keys authenticate and encrypt every packet
     * @param receiver told what arrives
     * @throws IOException if the local address or port cannot be bound; the message names both
     */
    HeartbeatChannel open(Endpoint endpoint, ClusterKeys keys, Receiver receiver) throws IOException;

    /** Who is told what arrives on a heartbeat, on the transport's thread; must not block. */
    @FunctionalInterface
    interface Receiver {
        /** An authentic, fresh payload. */
        void received(byte[] payload);

        /**
         * Something came from the address of the peer, or claims to, that is not from a peer this node can understand: it has another
         * key, other names, or another version of the protocol. A hint for the operator and nothing to act on: anybody may have sent
         * it.
         */
        default void foreign(String reason) {}
    }

    /**
     * Two ends of a heartbeat.
     *
     * @param module the module's name; a packet of another module is refused
     * @param localNode name of this node
     * @param peerNode name of the peer; a packet of another node is refused
     */
    record Endpoint(
            String module, String localNode, String peerNode, InetSocketAddress local, InetSocketAddress peer) {}

    /** An open heartbeat. Thread-safe. */
    interface HeartbeatChannel extends AutoCloseable {
        /** Sends a payload of at most {@link #MAX_PAYLOAD} bytes, best effort; an unreachable network is not an error. */
        void send(byte[] payload);

        /** Sends to another port of the peer from now on. */
        void redirect(int peerPort);

        /** Packets dropped because they were malformed, not authentic, replayed or of another module. */
        long refusedPackets();

        @Override
        void close();
    }
}
