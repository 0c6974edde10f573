package dev.lockstep.mina;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The UDP ports of a transport. Heartbeats that are opened at one local address and port share its socket; what arrives is for the
 * one it names. Thread-safe.
 */
final class SharedPorts {
    private final Housekeeping housekeeping;
    private final Map<InetSocketAddress, Port> ports = new HashMap<>();

    /** One for each local address with open ports; guarded by {@link #ports}. */
    private final Map<InetAddress, Loop> loops = new HashMap<>();

    private static final class Loop {
        private final DatagramLoop datagrams;
        private int ports;

        Loop(Housekeeping housekeeping) {
            datagrams = new DatagramLoop(housekeeping);
        }
    }

    SharedPorts(Housekeeping housekeeping) {
        this.housekeeping = housekeeping;
    }

    /** One of those who share a port. */
    interface User extends DatagramPort.Events {
        /** Whether a datagram names this user; nothing is known about its author. */
        boolean isMeant(ByteBuffer datagram);

        /** Whether an address is that of this user's peer. */
        boolean isPeer(SocketAddress source);
    }

    /** Opens the port, or joins those who have it open.
     * @throws IOException if it cannot be bound */
    Port open(InetSocketAddress local, User user) throws IOException {
        synchronized (ports) {
            Port port = ports.get(local);
            if (port == null) {
                port = new Port(local);
                Loop loop = loops.computeIfAbsent(local.getAddress(), _ -> new Loop(housekeeping));
                loop.ports++;
                port.loop = loop;
                try {
                    port.socket = new DatagramPort(local, loop.datagrams, port);
                } catch (IOException e) {
                    leaveLoop(port).ifPresent(DatagramLoop::close);
                    throw e;
                }
                ports.put(local, port);
            }
            port.users.add(user);
            return port;
        }
    }

    /** The loop if nobody uses it any more; the caller holds {@link #ports}. */
    private Optional<DatagramLoop> leaveLoop(Port port) {
        if (--port.loop.ports > 0) {
            return Optional.empty();
        }
        loops.remove(port.local.getAddress());
        return Optional.of(port.loop.datagrams);
    }

    /** A port and those who use it. */
    final class Port implements DatagramPort.Events {
        private final InetSocketAddress local;
        private final List<User> users = new CopyOnWriteArrayList<>();
        private final Object sending = new Object();
        private User sender;
        private Loop loop;
        private volatile DatagramPort socket;

        private Port(InetSocketAddress local) {
            this.local = local;
        }

        /** Sends or loses a datagram; a failure is told to {@code user} before this returns. */
        void send(User user, ByteBuffer datagram, InetSocketAddress destination) {
            DatagramPort open = socket;
            if (open == null) {
                return;
            }
            synchronized (sending) {
                sender = user;
                open.send(datagram, destination);
            }
        }

        /** Closes the socket and opens it again.
         * @throws IOException if it cannot be bound; it can be tried again */
        void renew() throws IOException {
            synchronized (ports) {
                if (users.isEmpty()) {
                    return;
                }
                DatagramPort broken = socket;
                socket = null;
                if (broken != null) {
                    broken.close();
                }
                socket = new DatagramPort(local, loop.datagrams, this);
            }
        }

        /** Whether there is a socket; without one nothing is sent. */
        boolean isOpen() {
            return socket != null;
        }

        /** Leaves the port; the last one closes it. */
        void leave(User user) {
            DatagramPort last = null;
            Optional<DatagramLoop> lastOfLoop = Optional.empty();
            synchronized (ports) {
                if (users.remove(user) && users.isEmpty()) {
                    ports.remove(local);
                    last = socket;
                    socket = null;
                    lastOfLoop = leaveLoop(this);
                }
            }
            if (last != null) {
                last.close();
            }
            lastOfLoop.ifPresent(DatagramLoop::close);
        }

        @Override
        public void received(SocketAddress source, ByteBuffer datagram) {
            User first = null;
            User ofSource = null;
            for (User user : users) {
                if (users.size() > 1 && user.isMeant(datagram)) {
                    user.received(source, datagram);
                    return;
                }
                first = first == null ? user : first;
                ofSource = ofSource == null && user.isPeer(source) ? user : ofSource;
            }
            User told = ofSource == null ? first : ofSource;
            if (told != null) {
                told.received(source, datagram);
            }
        }

        @Override
        public void sendFailed(Throwable cause) {
            User failed = sender;
            if (failed != null) {
                failed.sendFailed(cause);
            }
        }
    }
}
