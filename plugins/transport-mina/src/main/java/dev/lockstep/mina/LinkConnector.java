package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.link.ReplicationTransport.Identity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.future.ConnectFuture;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioSession;
import org.apache.mina.transport.socket.nio.NioSocketConnector;

/** One attempt to connect to the peer; if it succeeds, it keeps the socket's threads for the life of the link. */
final class LinkConnector implements MinaLink.Opening {
    private final Identity identity;
    private final InetSocketAddress peer;
    private final ClusterKeys keys;
    private final LinkHandler handler;
    private final BufferPool pool;
    private final Housekeeping housekeeping;
    private final LinkProcessor processor;
    private final NioSocketConnector socket;
    private final CompletableFuture<ReplicationLink> outcome = new CompletableFuture<>();

    LinkConnector(
            Identity identity,
            InetSocketAddress peer,
            ClusterKeys keys,
            LinkHandler handler,
            BufferPool pool,
            Housekeeping housekeeping) {
        this.identity = identity;
        this.peer = peer;
        this.keys = keys;
        this.handler = handler;
        this.pool = pool;
        this.housekeeping = housekeeping;
        this.processor = new LinkProcessor(housekeeping.threads());
        this.socket = new NioSocketConnector(housekeeping.threads(), processor);
        SessionSettings.apply(socket.getSessionConfig());
        socket.setHandler(new Events());
    }

    /** Connects and authenticates. To be called once. */
    ReplicationLink connect(InetSocketAddress local, Duration timeout) throws IOException {
        socket.setConnectTimeoutMillis(Math.max(1, timeout.toMillis()));
        ConnectFuture connecting = socket.connect(peer, local);
        connecting.addListener(future -> {
            if (connecting.getException() != null) {
                fail(SessionSettings.rootMessage(connecting.getException()));
            }
        });
        try {
            return outcome.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            release();
            throw failure(local, e.getCause().getMessage());
        } catch (TimeoutException e) {
            fail("no authenticated link within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("interrupted");
        }
        // Either the failure above won, or a link that came at the last moment did.
        if (outcome.isCompletedExceptionally()) {
            connecting.cancel();
            release();
            throw failure(local, outcome.exceptionNow().getMessage());
        }
        return outcome.resultNow();
    }

    private IOException failure(InetSocketAddress local, String reason) {
        return new IOException("cannot connect module " + identity.module() + " from "
                + local.getAddress().getHostAddress() + " to " + identity.peerNode() + " at "
                + peer.getAddress().getHostAddress() + ":" + peer.getPort() + ": " + reason);
    }

    private void fail(String reason) {
        outcome.completeExceptionally(new IOException(reason));
    }

    /** Gives back the threads and selectors; closes the connection if there is one. */
    private void release() {
        housekeeping.aside(() -> {
            socket.dispose();
            processor.dispose();
        });
    }

    @Override
    public LinkHandler confirmed(MinaLink link) {
        return outcome.complete(link) ? handler : null;
    }

    @Override
    public void ended(String reason) {
        if (outcome.isDone() && !outcome.isCompletedExceptionally()) {
            release();
        } else {
            fail(reason + " (the log of the peer's daemon says why)");
        }
    }

    private final class Events extends LinkProcessor.Events {
        @Override
        public void sessionCreated(IoSession session) {
            Handshake.Connector handshake = new Handshake.Connector(
                    keys.toward(identity.peerNode()), identity.module(), identity.localNode(), identity.peerNode());
            LinkProcessor.converse(session, new Introduction((NioSession) session, handshake));
            session.write(IoBuffer.wrap(handshake.hello()));
        }
    }

    /** The handshake, until the peer has proven itself. */
    private final class Introduction implements Conversation {
        private final NioSession session;
        private final Handshake.Connector handshake;
        private final ByteBuffer challenge = ByteBuffer.allocate(Handshake.CHALLENGE_LENGTH);

        Introduction(NioSession session, Handshake.Connector handshake) {
            this.session = session;
            this.handshake = handshake;
        }

        @Override
        public ByteBuffer target() {
            return challenge;
        }

        @Override
        public void arrived() throws RefusedInputException {
            if (challenge.hasRemaining()) {
                return;
            }
            Handshake.Connector.Verified verified = handshake.challenged(challenge.array());
            MinaLink link = new MinaLink(
                    "replication link of module " + identity.module() + " to " + identity.peerNode(),
                    session,
                    processor,
                    verified.session(),
                    pool,
                    housekeeping,
                    LinkConnector.this);
            LinkProcessor.converse(session, link);
            session.write(IoBuffer.wrap(verified.proof()));
        }

        @Override
        public void refused(String reason) {
            fail(reason);
        }

        @Override
        public void failed(String reason) {
            fail(reason + " during the handshake (the log of the peer's daemon says why)");
        }

        @Override
        public void ended() {
            fail("the connection was closed during the handshake");
        }
    }
}
