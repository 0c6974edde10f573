package dev.lockstep.api.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.pf4j.ExtensionPoint;

/** Carries small datagrams between the two nodes of a module. Loss, reordering and duplication of the network stay possible. */
public interface HeartbeatTransport extends ExtensionPoint {
    /** Largest payload in bytes, chosen so that a packet fits an Ethernet frame with IPv6 and the authentication. */
    int MAX_PAYLOAD = 1200;

    /**
     * Opens one heartbeat.
     *
     * @param endpoint where it listens and to whom it sends
     * @param key authenticates every packet
     * @param received called with each authentic, fresh payload, on the transport's thread; must not block
     * @throws IOException if the local address or port cannot be bound; the message names both
     */
    HeartbeatChannel open(Endpoint endpoint, ClusterKey key, Consumer<byte[]> received) throws IOException;

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

        /** Packets dropped because they were malformed, not authentic, replayed or of another module. */
        long refusedPackets();

        @Override
        void close();
    }
}
