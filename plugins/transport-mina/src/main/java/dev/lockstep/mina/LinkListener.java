package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationTransport.Acceptor;
import dev.lockstep.api.link.ReplicationTransport.Identity;
import dev.lockstep.api.link.ReplicationTransport.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioSession;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening port of a module. A connection from an address the peer cannot have is closed before it takes a place. Any other is a
 * stranger until its handshake is done. Strangers have a deadline. Those that have said nothing authentic yet are at most
 * {@link #MAX_SILENT}, those that have are at most {@link #MAX_INTRODUCED}; one more of a kind drives out the oldest of that kind. So
 * neither silence nor garbage, however much of it, keeps out a peer that needs a few milliseconds to introduce itself.
 */
final class LinkListener implements Listener {
    /** Time for a whole handshake; the peer needs two round trips. */
    static final Duration HANDSHAKE_DEADLINE = Duration.ofSeconds(5);

    /** Connections at a time that have said nothing authentic; the peer needs one, for the time of a round trip. */
    static final int MAX_SILENT = 64;

    /** Connections at a time that began with something authentic, perhaps recorded; the peer needs one. */
    static final int MAX_INTRODUCED = 16;

    /** Connections the kernel keeps until they are accepted: a flood must not make it drop the peer's. */
    private static final int BACKLOG = 1024;

    private static final Duration DEADLINE_CHECK = Duration.ofMillis(250);
    private static final Logger LOG = LoggerFactory.getLogger(LinkListener.class);

    private final Identity identity;
    private final ClusterKeys keys;
    private final Acceptor acceptor;
    private final BufferPool pool;
    private final Housekeeping housekeeping;
    private final String name;
    private final RefusalLog refusals;
    private final Lobby lobby;
    private final NioSocketAcceptor socket;
    private final Housekeeping.Repetition deadlines;
    private final Deque<Stranger> silent = new ArrayDeque<>();
    private final Deque<Stranger> introduced = new ArrayDeque<>();
    private volatile boolean closed;

    LinkListener(
            Identity identity,
            InetSocketAddress local,
            ClusterKeys keys,
            Acceptor acceptor,
            BufferPool pool,
            RefusalBudget budget,
            Housekeeping housekeeping)
            throws IOException {
        this.identity = identity;
        this.keys = keys;
        this.acceptor = acceptor;
        this.pool = pool;
        this.housekeeping = housekeeping;
        this.name = "replication port " + local.getAddress().getHostAddress() + ":" + local.getPort() + " of module "
                + identity.module();
        this.refusals = new RefusalLog(LOG, name, budget);
        this.lobby = new Lobby(housekeeping, this::isExpected);
        this.socket = new NioSocketAcceptor(housekeeping.threads(), lobby);
        socket.setReuseAddress(true);
        socket.setBacklog(BACKLOG);
        socket.setCloseOnDeactivation(false);
        SessionSettings.apply(socket.getSessionConfig());
        socket.setHandler(new Events());
        try {
            socket.bind(local);
        } catch (IOException e) {
            lobby.dispose();
            socket.dispose();
            throw new IOException(
                    "cannot listen on " + name + ": " + SessionSettings.rootMessage(e)
                            + "; is the address configured on this node and the port free?",
                    e);
        }
        this.deadlines = housekeeping.every(DEADLINE_CHECK, this::closeTheLate);
    }

    @Override
    public long refusedConnections() {
        return refusals.count();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        deadlines.close();
        socket.unbind();
        lobby.dispose();
        socket.dispose();
    }

    private boolean isExpected(SocketAddress source) {
        if (source instanceof InetSocketAddress inet && acceptor.expects(inet.getAddress())) {
            return true;
        }
        refusals.refused(source, "a connection from an address that " + identity.peerNode() + " does not have");
        return false;
    }

    private void closeTheLate() {
        long now = System.nanoTime();
        synchronized (silent) {
            for (Deque<Stranger> kind : List.of(silent, introduced)) {
                for (Stranger stranger : kind) {
                    if (now - stranger.since > HANDSHAKE_DEADLINE.toNanos()) {
                        stranger.giveUp("no complete handshake within " + HANDSHAKE_DEADLINE.toSeconds() + " s");
                    }
                }
            }
        }
    }

    private void enter(Stranger stranger) {
        synchronized (silent) {
            silent.addLast(stranger);
            if (silent.size() <= MAX_SILENT) {
                return;
            }
            Stranger oldest = silent.peekFirst();
            if (Lobby.of(oldest.session) == Lobby.of(stranger.session)) {
                // In a flood many connections are accepted between two reads: what it said may only not have been read
                // yet.
                Lobby.of(oldest.session).readNow(oldest.session);
            }
            if (silent.remove(oldest)) {
                oldest.giveUp("driven out: more than " + MAX_SILENT
                        + " connections of its address or others have said nothing authentic");
            }
        }
    }

    private void introduce(Stranger stranger) {
        synchronized (silent) {
            if (silent.remove(stranger)) {
                introduced.addLast(stranger);
            }
            if (introduced.size() > MAX_INTRODUCED) {
                introduced
                        .removeFirst()
                        .giveUp("driven out: more than " + MAX_INTRODUCED + " connections did not end their handshake");
            }
        }
    }

    private void leave(Stranger stranger) {
        synchronized (silent) {
            silent.remove(stranger);
            introduced.remove(stranger);
        }
    }

    private final class Events extends LinkProcessor.Events {
        @Override
        public void sessionCreated(IoSession session) {
            Stranger stranger = new Stranger((NioSession) session);
            LinkProcessor.converse(session, stranger);
            enter(stranger);
        }

        @Override
        void stillborn(IoSession session, Throwable cause) {
            refusals.refused(session.getRemoteAddress(), "a connection that ended at once: " + cause.getMessage());
        }
    }

    /** A connection in its handshake. */
    private final class Stranger implements Conversation, MinaLink.Opening {
        private final NioSession session;
        private final SocketAddress source;
        private final long since = System.nanoTime();
        private final Handshake.Listener handshake =
                new Handshake.Listener(keys, identity.module(), identity.localNode(), identity.peerNode());
        private ByteBuffer expected = ByteBuffer.allocate(Handshake.HELLO_LENGTH);
        private volatile String failure;

        Stranger(NioSession session) {
            this.session = session;
            this.source = session.getRemoteAddress();
        }

        @Override
        public ByteBuffer target() {
            return expected;
        }

        @Override
        public void arrived() throws RefusedInputException {
            if (expected.hasRemaining()) {
                return;
            }
            if (expected.capacity() == Handshake.HELLO_LENGTH) {
                byte[] challenge = handshake.challenge(expected.array());
                introduce(this);
                session.write(IoBuffer.wrap(challenge));
                expected = ByteBuffer.allocate(Handshake.PROOF_LENGTH);
            } else {
                Handshake.Session opened = handshake.proven(expected.array());
                keys.shown(identity.peerNode(), handshake.key());
                promote(opened);
            }
        }

        private void promote(Handshake.Session keys) {
            leave(this);
            lobby.promoted(session);
            MinaLink link = new MinaLink(
                    "replication link of module " + identity.module() + " from " + identity.peerNode(),
                    session,
                    Lobby.of(session),
                    keys,
                    pool,
                    housekeeping,
                    this);
            LinkProcessor.converse(session, link);
            link.confirm();
            link.ping();
        }

        @Override
        public LinkHandler confirmed(MinaLink link) {
            try {
                return acceptor.accepted(link);
            } catch (RuntimeException e) {
                LOG.error("{}: the engine failed to accept a link; it is being closed", name, e);
                return null;
            }
        }

        @Override
        public void ended(String reason) {
            lobby.ended(session);
        }

        void giveUp(String reason) {
            failed(reason);
            session.closeNow();
        }

        @Override
        public void refused(String reason) {
            failed(reason);
        }

        @Override
        public void failed(String reason) {
            if (failure == null) {
                failure = reason;
            }
        }

        @Override
        public void ended() {
            leave(this);
            lobby.left();
            if (!closed) {
                refusals.refused(source, failure == null ? "closed during the handshake" : failure);
            }
        }
    }
}
