package dev.lockstep.node.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP/1.1 server: one request per connection, a virtual thread each. A client that says nothing, or takes its time to say it,
 * can hold no place against others.
 */
final class HttpListener implements AutoCloseable {
    /** Connections the system accepts before this server does. */
    private static final int BACKLOG = 128;

    /** Pause after a failure to accept: out of descriptors, most likely. */
    private static final long RETRY_MILLIS = 100;

    /** What is read of a body that nobody wanted, so that the client sees the answer, in bytes. */
    private static final int DRAINED_MAX = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

    private final ServerSocket server;
    private final Bounds bounds;
    private final Handler handler;
    private final Connections connections;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * The bounds of a server.
     *
     * @param awaited connections whose request has not arrived; one more closes the oldest of them
     * @param workedFor requests being answered; one more is answered with 503
     * @param head time for the head of a request to arrive
     * @param body time for its body, and for a client to take note of an answer it did not wait for
     */
    record Bounds(int awaited, int workedFor, Duration head, Duration body) {}

    /** Answers requests; called by many threads at once. */
    @FunctionalInterface
    interface Handler {
        /** Answers one request. */
        void handle(Exchange exchange) throws IOException;
    }

    private HttpListener(ServerSocket server, Bounds bounds, Handler handler) {
        this.server = server;
        this.bounds = bounds;
        this.handler = handler;
        this.connections = new Connections(bounds.awaited(), bounds.workedFor());
    }

    /** Starts to serve an address. */
    static HttpListener start(InetSocketAddress address, Bounds bounds, Handler handler) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
        } catch (IOException | RuntimeException taken) {
            server.close();
            throw taken;
        }
        HttpListener listener = new HttpListener(server, bounds, handler);
        Thread.ofPlatform().daemon().name("control accept").start(listener::accept);
        return listener;
    }

    /** The port that is served. */
    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        boolean told = false;
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.await(connection);
                threads.execute(() -> serve(connection));
                told = false;
            } catch (IOException | RuntimeException failure) {
                if (!server.isClosed() && !told) {
                    told = true;
                    LOG.warn("no connection can be accepted on {}", server.getLocalSocketAddress(), failure);
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            if (closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("no connection is accepted any more");
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket connection) {
        try {
            connection.setTcpNoDelay(true);
            DeadlineInput arriving = new DeadlineInput(connection).within(bounds.head());
            InputStream in = new BufferedInputStream(arriving);
            OutputStream out = new BufferedOutputStream(connection.getOutputStream());
            try {
                RequestHead head = RequestHead.read(in);
                RequestBody body = new RequestBody(head, in, out);
                Exchange exchange = new Exchange(head, body, out);
                if (connections.work(connection)) {
                    arriving.within(bounds.body());
                    handler.handle(exchange);
                } else {
                    refuse(exchange, 503, "Too many requests are being answered. Try again.");
                }
                if (!body.ended()) {
                    connections.await(connection);
                    drain(connection, in, arriving);
                }
            } catch (MalformedRequest malformed) {
                RequestHead none = new RequestHead("", URI.create("/"), "HTTP/1.1", Map.of());
                refuse(new Exchange(none, in, out), 400, malformed.getMessage());
                drain(connection, in, arriving);
            }
        } catch (IOException gone) {
            LOG.debug("a connection ended", gone);
        } catch (RuntimeException defect) {
            LOG.error("a request met a defect", defect);
        } finally {
            connections.end(connection);
        }
    }

    private static void refuse(Exchange exchange, int status, String reason) throws IOException {
        exchange.set("Content-Type", "text/plain; charset=utf-8");
        exchange.set("Lockstep-Exit", "5");
        exchange.answer(
                status, ("error: The request is not answered. " + reason + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Closing while something is unread would take the answer away from the client. */
    private void drain(Socket connection, InputStream in, DeadlineInput arriving) throws IOException {
        connection.shutdownOutput();
        arriving.within(bounds.head());
        byte[] unread = new byte[8 << 10];
        int drained = 0;
        for (int read = in.read(unread); read >= 0 && drained < DRAINED_MAX; read = in.read(unread)) {
            drained += read;
        }
    }

    /** Stops serving at once. */
    @Override
    public void close() {
        closing.countDown();
        try {
            server.close();
        } catch (IOException failure) {
            LOG.warn("the control port could not be given back", failure);
        }
        connections.endAll();
        threads.shutdownNow();
    }
}
