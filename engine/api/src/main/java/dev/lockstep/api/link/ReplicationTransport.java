package dev.lockstep.api.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.pf4j.ExtensionPoint;

/** Carries ordered, authenticated frames between the two nodes of a module. */
public interface ReplicationTransport extends ExtensionPoint {
    /** Largest frame in bytes: a full FUSE write (1 MiB), a reintegration packet or a directory listing chunk, with headers. */
    int MAX_FRAME = 9 * 1024 * 1024;

    /**
     * Listens for the peer. Each connection that proves to be the peer becomes a link, several at a time if there are
     * several: which one counts is for the acceptor to decide. Closing the listener leaves its links open.
     *
     * @throws IOException if the address or port cannot be bound; the message names both
     */
    Listener listen(Identity identity, InetSocketAddress local, ClusterKeys keys, Acceptor acceptor) throws IOException;

    /**
     * Connects to the peer and authenticates, or fails within {@code timeout}. The handler may receive frames before this
     * returns; it is not called at all if this fails.
     *
     * @param local local address to use, port 0
     */
    ReplicationLink connect(
            Identity identity,
            InetSocketAddress local,
            InetSocketAddress peer,
            ClusterKeys keys,
            Duration timeout,
            LinkHandler handler)
            throws IOException;

    /**
     * Who speaks to whom about which module; both ends must agree.
     *
     * @param module the module's name
     */
    record Identity(String module, String localNode, String peerNode) {}

    /** An open port. */
    interface Listener extends AutoCloseable {
        /** Connections that ended before they had proven to be the peer: malformed, not authentic, silent, or given up. */
        long refusedConnections();

        @Override
        void close();
    }

    /** Decides who handles a link that has just been authenticated. */
    @FunctionalInterface
    interface Acceptor {
        /**
         * Whether the peer may connect from an address. A connection from any other is closed at once, before it takes a place from
         * anybody.
         */
        default boolean expects(InetAddress source) {
            return true;
        }

        /** Gives the handler for a new link; on the link's thread, before its first frame. Must not block. */
        LinkHandler accepted(ReplicationLink link);
    }
}
