package dev.lockstep.node.http;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where load balancers of this host ask. Any user may have taken the port: that keeps neither the daemon nor the command from their work, and
 * the address is there as soon as the port is free.
 */
final class HealthAddress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthAddress.class);
    private static final int BACKLOG = 128;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final int port;
    private final Door.Handler handler;
    private final Door.Bounds bounds;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** Guarded by this; null while the port is taken. */
    private Door door;
    /** Guarded by this. */
    private boolean closed;

    private HealthAddress(int port, Door.Bounds bounds, Door.Handler handler) {
        this.port = port;
        this.bounds = bounds;
        this.handler = handler;
    }

    /**
     * Answers on 127.0.0.1, at once or as soon as that can be.
     *
     * @param port 0 for any
     * @throws IOException if there can be no such address
     */
    static HealthAddress open(int port, Door.Bounds bounds, Door.Handler handler) throws IOException {
        try {
            ServerSocketChannel socket = bound(port);
            int found = ((InetSocketAddress) socket.getLocalAddress()).getPort();
            HealthAddress address = new HealthAddress(found, bounds, handler);
            address.open(socket);
            return address;
        } catch (BindException taken) {
            LOG.warn(
                    "The port 127.0.0.1:{} of the health address is taken by another program, or another daemon of this"
                            + " host: load balancers get no answer until it is free. End that program (ss -ltnp shows it), or"
                            + " choose another port with LOCKSTEP_PORT.",
                    port);
            HealthAddress address = new HealthAddress(port, bounds, handler);
            Thread.ofPlatform().daemon().name("health-port").start(address::await);
            return address;
        }
    }

    private static ServerSocketChannel bound(int port) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG);
        } catch (IOException | IllegalArgumentException failure) {
            socket.close();
            throw failure;
        }
    }

    private void await() {
        try {
            while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    open(bound(port));
                    LOG.info("The health address answers on 127.0.0.1:{}", port);
                    return;
                } catch (IOException stillTaken) {
                    LOG.debug("The health address is still not there: {}", stillTaken.getMessage());
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void open(ServerSocketChannel socket) throws IOException {
        if (closed) {
            socket.close();
        } else {
            door = Door.open(socket, bounds, Thread.ofVirtual().name("health").factory(), visitor -> true, handler);
        }
    }

    /** Of the address, taken or not. */
    int port() {
        return port;
    }

    @Override
    public synchronized void close() {
        closed = true;
        closing.countDown();
        if (door != null) {
            door.close();
        }
    }
}
