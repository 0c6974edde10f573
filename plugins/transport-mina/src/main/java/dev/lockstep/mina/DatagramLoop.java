package dev.lockstep.mina;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.core.session.IoSessionRecycler;
import org.apache.mina.transport.socket.nio.NioDatagramAcceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The I/O thread of all UDP ports at one local address: many modules cost one thread, and packets that arrive together one wake-up. MINA
 * makes a session for each source address it hears; here one session of a port serves all of them, so that somebody who forges addresses
 * fills no memory.
 */
final class DatagramLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramLoop.class);

    /** A receiver that blocks keeps the sockets open; whoever closes one does not wait longer than twice this. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final Housekeeping housekeeping;
    private final NioDatagramAcceptor acceptor;
    private final Sources sources = new Sources();
    private final Map<Integer, DatagramPort.Events> ports = new ConcurrentHashMap<>();
    private volatile Thread thread;

    DatagramLoop(Housekeeping housekeeping) {
        this.housekeeping = housekeeping;
        acceptor = new NioDatagramAcceptor(task -> thread = housekeeping.thread(task));
        // One more byte than allowed: what is too long must be seen to be.
        acceptor.getSessionConfig().setMaxReadBufferSize(2 * HeartbeatCodec.MAX_DATAGRAM);
        acceptor.getSessionConfig().setReadBufferSize(HeartbeatCodec.MAX_DATAGRAM + 1);
        acceptor.setSessionRecycler(sources);
        acceptor.setHandler(new Handler());
    }

    private final class Handler extends IoHandlerAdapter {
        @Override
        public void messageReceived(IoSession session, Object message) {
            DatagramPort.Events events = ports.get(portOf(session));
            if (events != null) {
                events.received(sources.last, ((IoBuffer) message).buf());
            }
        }

        @Override
        public void exceptionCaught(IoSession session, Throwable cause) {
            DatagramPort.Events events = ports.get(portOf(session));
            if (events != null) {
                events.sendFailed(cause);
            }
        }
    }

    /** Binds a port; all ports of a loop are at one address.
     * @return the session to send with */
    IoSession bind(InetSocketAddress local, DatagramPort.Events events) throws IOException {
        ports.put(local.getPort(), events);
        try {
            acceptor.bind(local);
            return acceptor.newSession(local, local);
        } catch (IOException | RuntimeException e) {
            ports.remove(local.getPort());
            throw new IOException(
                    "cannot bind UDP " + local.getAddress().getHostAddress() + ":" + local.getPort() + ": "
                            + SessionSettings.rootMessage(e)
                            + "; is the address configured on this node and the port free?",
                    e);
        }
    }

    /** Closes a port; waits for the I/O thread to let go of it, unless called on that thread. */
    void unbind(InetSocketAddress local, IoSession session) {
        Thread closing = housekeeping.aside(() -> {
            session.closeNow();
            acceptor.unbind(local);
            ports.remove(local.getPort());
        });
        await(closing);
    }

    /** Closes all ports and ends the thread. */
    @Override
    public void close() {
        Thread closing = housekeeping.aside(acceptor::dispose);
        // the descriptors are let go of by the loop's last look, which the acceptor does not wait for
        if (await(closing) && thread != null) {
            await(thread);
        }
    }

    private boolean await(Thread ending) {
        if (Thread.currentThread().equals(thread)) {
            return false;
        }
        try {
            if (ending.join(CLOSE_TIMEOUT)) {
                return true;
            }
            LOG.warn("a heartbeat port of {} is still open: the receiver of its packets blocks", acceptor);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static int portOf(IoSession session) {
        return ((InetSocketAddress) session.getLocalAddress()).getPort();
    }

    /** Answers the same session of a port for every source; MINA asks on the I/O thread just before it hands over the datagram. */
    private final class Sources implements IoSessionRecycler {
        private final Map<Integer, IoSession> sessions = new ConcurrentHashMap<>();

        /** Only used on the I/O thread. */
        private SocketAddress last;

        @Override
        public void put(IoSession created) {
            sessions.put(portOf(created), created);
        }

        @Override
        public IoSession recycle(SocketAddress remote, int localPort) {
            if (Thread.currentThread().equals(thread)) {
                last = remote;
            }
            return sessions.get(localPort);
        }

        @Override
        public void remove(IoSession removed) {
            sessions.values().remove(removed);
        }
    }
}
