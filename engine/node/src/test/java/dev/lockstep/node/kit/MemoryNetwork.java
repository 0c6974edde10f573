package dev.lockstep.node.kit;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.link.ReplicationTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * A network in memory that two nodes of one test share. Addresses can be cut off: what is sent to or from them is lost
 * silently, as on a real network; nothing is closed by a cut.
 */
public final class MemoryNetwork {
    private final Map<InetSocketAddress, HeartbeatEnd> heartbeats = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, Listening> listeners = new ConcurrentHashMap<>();
    private final Set<InetAddress> cut = ConcurrentHashMap.newKeySet();

    /** Cuts an address off. */
    public void cut(InetAddress address) {
        cut.add(address);
    }

    /** Connects an address again. */
    public void heal(InetAddress address) {
        cut.remove(address);
    }

    private boolean passes(InetAddress from, InetAddress to) {
        return !cut.contains(from) && !cut.contains(to);
    }

    /** Heartbeats over this network. */
    public HeartbeatTransport heartbeatTransport() {
        return (endpoint, keys, receiver) -> {
            HeartbeatEnd end = new HeartbeatEnd(endpoint, receiver);
            if (heartbeats.putIfAbsent(endpoint.local(), end) != null) {
                throw new IOException("address in use: " + endpoint.local());
            }
            return end;
        };
    }

    private final class HeartbeatEnd implements HeartbeatTransport.HeartbeatChannel {
        private final HeartbeatTransport.Endpoint endpoint;
        private final HeartbeatTransport.Receiver receiver;
        private volatile InetSocketAddress to;

        private HeartbeatEnd(HeartbeatTransport.Endpoint endpoint, HeartbeatTransport.Receiver receiver) {
            this.endpoint = endpoint;
            this.receiver = receiver;
            this.to = endpoint.peer();
        }

        @Override
        public void send(byte[] payload) {
            HeartbeatEnd peer = heartbeats.get(to);
            if (peer != null
                    && peer.endpoint.module().equals(endpoint.module())
                    && passes(endpoint.local().getAddress(), to.getAddress())) {
                peer.receiver.received(payload.clone());
            }
        }

        @Override
        public void redirect(int peerPort) {
            to = new InetSocketAddress(to.getAddress(), peerPort);
        }

        @Override
        public long refusedPackets() {
            return 0;
        }

        @Override
        public void close() {
            heartbeats.remove(endpoint.local(), this);
        }
    }

    /** Replication links over this network. */
    public ReplicationTransport replicationTransport() {
        return new ReplicationTransport() {
            @Override
            public Listener listen(Identity identity, InetSocketAddress local, ClusterKeys keys, Acceptor acceptor)
                    throws IOException {
                Listening listening = new Listening(identity, local, acceptor);
                if (listeners.putIfAbsent(local, listening) != null) {
                    throw new IOException("address in use: " + local);
                }
                return listening;
            }

            @Override
            public ReplicationLink connect(
                    Identity identity,
                    InetSocketAddress local,
                    InetSocketAddress peer,
                    ClusterKeys keys,
                    Duration timeout,
                    LinkHandler handler)
                    throws IOException {
                Listening listening = listeners.get(peer);
                if (listening == null || !passes(local.getAddress(), peer.getAddress())) {
                    throw new IOException("connection refused: " + peer);
                }
                End here = new End(local.getAddress(), peer.getAddress(), handler);
                End there = new End(peer.getAddress(), local.getAddress(), null);
                here.peer = there;
                there.peer = here;
                there.handler = listening.acceptor.accepted(there);
                return here;
            }
        };
    }

    private final class Listening implements ReplicationTransport.Listener {
        private final ReplicationTransport.Identity identity;
        private final InetSocketAddress local;
        private final ReplicationTransport.Acceptor acceptor;

        private Listening(
                ReplicationTransport.Identity identity,
                InetSocketAddress local,
                ReplicationTransport.Acceptor acceptor) {
            this.identity = identity;
            this.local = local;
            this.acceptor = acceptor;
        }

        @Override
        public long refusedConnections() {
            return 0;
        }

        @Override
        public void close() {
            listeners.remove(local, this);
        }

        @Override
        public String toString() {
            return identity + " on " + local;
        }
    }

    private final class End implements ReplicationLink {
        private final InetAddress localAddress;
        private final InetAddress peerAddress;
        private final ExecutorService delivery = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("memory-link").daemon(true).factory());
        private volatile LinkHandler handler;
        private volatile End peer;
        private volatile boolean open = true;
        private volatile long heardNanos = System.nanoTime();

        private End(InetAddress localAddress, InetAddress peerAddress, LinkHandler handler) {
            this.localAddress = localAddress;
            this.peerAddress = peerAddress;
            this.handler = handler;
        }

        @Override
        public ByteBuffer allocate(int size) {
            return ByteBuffer.allocateDirect(size);
        }

        @Override
        public void send(ByteBuffer frame) {
            if (!open || !passes(localAddress, peerAddress)) {
                return;
            }
            End target = peer;
            target.later(() -> {
                if (target.open) {
                    target.heardNanos = System.nanoTime();
                    target.handler.received(target, frame);
                }
            });
        }

        private void later(Runnable delivered) {
            try {
                delivery.execute(delivered);
            } catch (RejectedExecutionException closed) {
                open = false;
            }
        }

        @Override
        public void discard(ByteBuffer frame) {
            frame.clear();
        }

        @Override
        public long queuedBytes() {
            return 0;
        }

        @Override
        public long silentNanos() {
            // A living peer gives a sign of life all the time.
            return peer.open && passes(localAddress, peerAddress) ? 0 : System.nanoTime() - heardNanos;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close(String reason) {
            end(reason);
            if (passes(localAddress, peerAddress)) {
                peer.end("closed by the peer: " + reason);
            }
        }

        private synchronized void end(String reason) {
            if (!open) {
                return;
            }
            open = false;
            later(() -> {
                handler.closed(this, reason);
                delivery.shutdown();
            });
        }
    }
}
