package dev.lockstep.mina;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.session.IoSession;

/** A bound UDP socket. */
final class DatagramPort implements AutoCloseable {
    private final InetSocketAddress local;
    private final DatagramLoop loop;
    private final IoSession session;

    /** What happens on the port, on its I/O thread. */
    interface Events {
        void received(SocketAddress source, ByteBuffer datagram);

        void sendFailed(Throwable cause);
    }

    DatagramPort(InetSocketAddress local, DatagramLoop loop, Events events) throws IOException {
        this.local = local;
        this.loop = loop;
        this.session = loop.bind(local, events);
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
        loop.unbind(local, session);
    }
}
