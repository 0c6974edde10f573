package dev.lockstep.mina;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.core.session.IoSessionRecycler;
import org.apache.mina.transport.socket.nio.NioDatagramAcceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bound UDP socket. MINA makes a session for each source address it hears; here one session serves all of them, so that
 * somebody who forges addresses fills no memory.
 */
final class DatagramPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramPort.class);

    /** A receiver that blocks keeps the socket open; whoever closes it does not wait longer than twice this. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final NioDatagramAcceptor socket;
    private final IoSession session;
    private final Housekeeping housekeeping;
    private final OneSession source = new OneSession();
    private volatile Thread loop;

    /** What happens on the port, on its I/O thread. */
    interface Events {
        void received(SocketAddress source, ByteBuffer datagram);

        void sendFailed(Throwable cause);
    }

    DatagramPort(InetSocketAddress local, Housekeeping housekeeping, Events events) throws IOException {
        this.housekeeping = housekeeping;
        this.socket = new NioDatagramAcceptor(task -> loop = housekeeping.thread(task));
        // One more byte than allowed: what is too long must be seen to be.
        socket.getSessionConfig().setMaxReadBufferSize(2 * HeartbeatCodec.MAX_DATAGRAM);
        socket.getSessionConfig().setReadBufferSize(HeartbeatCodec.MAX_DATAGRAM + 1);
        socket.setSessionRecycler(source);
        socket.setHandler(new IoHandlerAdapter() {
            @Override
            public void messageReceived(IoSession unused, Object message) {
                events.received(source.last, ((IoBuffer) message).buf());
            }

            @Override
            public void exceptionCaught(IoSession unused, Throwable cause) {
                events.sendFailed(cause);
            }
        });
        try {
            socket.bind(local);
            this.session = socket.newSession(local, socket.getLocalAddress());
        } catch (IOException | RuntimeException e) {
            socket.dispose();
            throw new IOException(
                    "cannot bind UDP " + local.getAddress().getHostAddress() + ":" + local.getPort() + ": "
                            + SessionSettings.rootMessage(e)
                            + "; is the address configured on this node and the port free?",
                    e);
        }
    }

    /**
     * Sends on the calling thread; a failure is told to {@link Events#sendFailed}. What the socket has no room for is
     * dropped as the network would: a heartbeat that leaves late says what is no longer true.
     */
    void send(ByteBuffer datagram, InetSocketAddress destination) {
        session.write(IoBuffer.wrap(datagram), destination);
        if (!session.getWriteRequestQueue().isEmpty(session)) {
            session.getWriteRequestQueue().clear(session);
        }
    }

    /** Closes the socket; waits for its I/O thread to let go of it, unless called on that thread. */
    @Override
    public void close() {
        Thread closing = housekeeping.aside(socket::dispose);
        if (Thread.currentThread().equals(loop)) {
            return;
        }
        try {
            // the descriptor is let go of by the loop's last look, which the acceptor does not wait for
            if (!closing.join(CLOSE_TIMEOUT) || !loop.join(CLOSE_TIMEOUT)) {
                LOG.warn("the heartbeat port {} is still open: the receiver of its packets blocks", socket);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers the same session for every source; MINA asks on the I/O thread just before it hands over the datagram. */
    private static final class OneSession implements IoSessionRecycler {
        private IoSession session;
        private SocketAddress last;

        @Override
        public void put(IoSession created) {
            session = created;
        }

        @Override
        public IoSession recycle(SocketAddress remote, int localPort) {
            last = remote;
            return session;
        }

        @Override
        public void remove(IoSession removed) {
            session = null;
        }
    }
}
