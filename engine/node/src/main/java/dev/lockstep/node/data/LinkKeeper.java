package dev.lockstep.node.data;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.link.ReplicationTransport;
import dev.lockstep.api.link.ReplicationTransport.Identity;
import dev.lockstep.core.mirror.LogLevel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The replication link of one module: a primary listens for its peer, a secondary connects to it. Holds at most one link that
 * counts; the replication engine decides about every one. Thread-safe.
 */
final class LinkKeeper implements AutoCloseable {
    /** Bound of one attempt to connect, authentication included. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(8);

    /** Time between two attempts to open the listening port while it is taken. */
    private static final long LISTEN_RETRY_MILLIS = 5_000;

    private final ReplicationTransport transport;
    private final Identity identity;
    private final ClusterKeys keys;
    private final InetSocketAddress local;
    private volatile InetSocketAddress peer;
    private final Set<InetAddress> peerAddresses;
    private final LinkHandler handler;
    private final DataEvents events;
    private Consumer<ReplicationLink> served;
    private ReplicationTransport.Listener listener;
    private long untilRetryMillis;
    private boolean complained;
    private long refusedBefore;
    private ReplicationLink current;

    /**
     * Where and who.
     *
     * @param peerAddresses every address the peer may connect from
     * @param handler handler of every link, by the replication engine
     */
    LinkKeeper(
            ReplicationTransport transport,
            Identity identity,
            ClusterKeys keys,
            InetSocketAddress local,
            InetSocketAddress peer,
            Set<InetAddress> peerAddresses,
            LinkHandler handler,
            DataEvents events) {
        this.transport = transport;
        this.identity = identity;
        this.keys = keys;
        this.local = local;
        this.peer = peer;
        this.peerAddresses = peerAddresses;
        this.handler = handler;
        this.events = events;
    }

    /** The peer listens on another port from now on. */
    void redirect(int port) {
        peer = new InetSocketAddress(peer.getAddress(), port);
    }

    /** Listens from now on and passes each link to {@code serve}. A port that is taken is tried again until it is free. */
    synchronized void listen(Consumer<ReplicationLink> serve) {
        served = serve;
        if (listener == null) {
            tryToListen();
        }
    }

    /** Stops listening; the link there is stays. */
    synchronized void stopListening() {
        served = null;
        if (listener != null) {
            refusedBefore += listener.refusedConnections();
            listener.close();
            listener = null;
        }
    }

    private void tryToListen() {
        untilRetryMillis = LISTEN_RETRY_MILLIS;
        try {
            listener = transport.listen(identity, local, keys, new Door());
            complained = false;
        } catch (IOException failure) {
            if (!complained) {
                complained = true;
                events.log(
                        LogLevel.C,
                        "rfsplug",
                        "The replication port cannot be opened: " + failure.getMessage()
                                + ". The other node cannot join until it is free; it is tried again every "
                                + LISTEN_RETRY_MILLIS / 1000 + " seconds.");
            }
        }
    }

    /** Lets in what comes from the peer. */
    private final class Door implements ReplicationTransport.Acceptor {
        @Override
        public boolean expects(InetAddress source) {
            return peerAddresses.contains(source);
        }

        @Override
        public LinkHandler accepted(ReplicationLink link) {
            return LinkKeeper.this.accepted(link);
        }
    }

    /** Connections refused so far. */
    synchronized long refusedConnections() {
        return refusedBefore + (listener == null ? 0 : listener.refusedConnections());
    }

    private LinkHandler accepted(ReplicationLink link) {
        Consumer<ReplicationLink> serve;
        synchronized (this) {
            serve = served;
            current = link;
        }
        if (serve == null) {
            link.close("this node is not primary");
            return new Closed();
        }
        // The handler must be in place before the engine is given the link: it keeps what arrives until then.
        Thread.ofVirtual().name("serve " + identity.module()).start(() -> serve.accept(link));
        return handler;
    }

    /** Handler of a link nobody wants. */
    private static final class Closed implements LinkHandler {
        @Override
        public void received(ReplicationLink link, ByteBuffer frame) {
            link.close("this node is not primary");
        }

        @Override
        public void closed(ReplicationLink link, String reason) {
            // Nobody waits for it.
        }
    }

    /** Time passes. */
    void lived(long millis) {
        boolean due;
        synchronized (this) {
            untilRetryMillis -= millis;
            due = served != null && listener == null && untilRetryMillis <= 0;
            if (due) {
                untilRetryMillis = LISTEN_RETRY_MILLIS;
            }
        }
        if (due) {
            Thread.ofVirtual().name("listen " + identity.module()).start(() -> {
                synchronized (this) {
                    if (served != null && listener == null) {
                        tryToListen();
                    }
                }
            });
        }
    }

    /**
     * Connects to the primary. May wait.
     *
     * @throws IOException if it cannot be reached or does not prove to be the peer
     */
    ReplicationLink connect() throws IOException {
        ReplicationLink link = transport.connect(
                identity, new InetSocketAddress(local.getAddress(), 0), peer, keys, CONNECT_TIMEOUT, handler);
        synchronized (this) {
            current = link;
        }
        return link;
    }

    /** Closes the link there is. */
    void drop(String reason) {
        ReplicationLink link;
        synchronized (this) {
            link = current;
            current = null;
        }
        if (link != null && link.isOpen()) {
            link.close(reason);
        }
    }

    /** Whether anything authentic arrived in the last {@code millis}. */
    synchronized boolean heardWithin(long millis) {
        return current != null && current.isOpen() && current.silentNanos() <= millis * 1_000_000;
    }

    @Override
    public void close() {
        stopListening();
        drop("this node ends its replication");
    }
}
