package dev.lockstep.node.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on a socket, one request each. When there are as many connections as there may be,
 * the oldest of which nothing is being answered, of the address that has most of them, makes room for the new one: whoever
 * connects and says nothing keeps nobody out who has something to ask. Strangers leave no line in any log.
 */
final class Door implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerSocketChannel socket;
    private final Bounds bounds;
    private final ThreadFactory threads;
    private final Predicate<SocketChannel> admits;
    private final Handler handler;
    private final Set<Visitor> visitors = new LinkedHashSet<>();
    private volatile boolean closed;

    /**
     * What connections may cost.
     *
     * @param connections at a time
     * @param request time in which the head of a request must have arrived
     * @param answer time for all the rest; empty when who asks is trusted to leave
     * @param unwantedBytes of a body that nobody wanted which are taken all the same: who is still sending reads no answer
     */
    record Bounds(int connections, Duration request, Optional<Duration> answer, long unwantedBytes) {}

    /** Answers a request. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws IOException;
    }

    private final CountDownLatch over = new CountDownLatch(1);

    private Door(
            ServerSocketChannel socket,
            Bounds bounds,
            ThreadFactory threads,
            Predicate<SocketChannel> admits,
            Handler handler) {
        this.socket = socket;
        this.bounds = bounds;
        this.threads = threads;
        this.admits = admits;
        this.handler = handler;
    }

    /**
     * Begins to accept.
     *
     * @param socket bound; closed with the door
     * @param threads that answer
     * @param admits whether somebody who connected is let in
     */
    static Door open(
            ServerSocketChannel socket,
            Bounds bounds,
            ThreadFactory threads,
            Predicate<SocketChannel> admits,
            Handler handler) {
        Door door = new Door(socket, bounds, threads, admits, handler);
        Thread.ofPlatform().daemon().name("door").start(door::accept);
        return door;
    }

    private void accept() {
        boolean failing = false;
        while (!closed) {
            try {
                welcome(socket.accept());
                failing = false;
            } catch (ClosedChannelException ended) {
                return;
            } catch (IOException shortage) {
                if (!failing) {
                    LOG.warn("No connection can be accepted at the moment: {}", shortage.getMessage());
                    failing = true;
                }
                pause();
            }
        }
    }

    /** Waits a while before the next attempt, or until the door is closed. */
    private void pause() {
        try {
            over.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void welcome(SocketChannel channel) throws IOException {
        if (!admits.test(channel)) {
            channel.close();
            return;
        }
        Visitor visitor = new Visitor(channel, source(channel));
        synchronized (visitors) {
            if (visitors.size() >= bounds.connections()) {
                Optional<Visitor> leaving = mostPatient();
                if (leaving.isEmpty()) {
                    channel.close();
                    return;
                }
                visitors.remove(leaving.get());
                leaving.get().leave();
            }
            visitors.add(visitor);
        }
        threads.newThread(() -> serve(visitor)).start();
    }

    private static String source(SocketChannel channel) throws IOException {
        SocketAddress address = channel.getRemoteAddress();
        return address instanceof InetSocketAddress internet
                ? internet.getAddress().getHostAddress()
                : "";
    }

    /** The first of those who wait, of the address that has most of them. */
    private Optional<Visitor> mostPatient() {
        Map<String, Integer> waiting = new HashMap<>();
        visitors.stream().filter(Visitor::isWaiting).forEach(one -> waiting.merge(one.source, 1, Integer::sum));
        Optional<String> crowd = waiting.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey);
        return visitors.stream()
                .filter(one -> one.isWaiting() && one.source.equals(crowd.orElse("")))
                .findFirst();
    }

    private void serve(Visitor visitor) {
        Thread guard = Thread.ofVirtual().name("guard of a request").start(visitor::guard);
        try (SocketChannel channel = visitor.channel) {
            ChannelStreams streams = new ChannelStreams(channel);
            Exchange.Connection connection = new Exchange.Connection(
                    new BufferedInputStream(streams.input()), new BufferedOutputStream(streams.output()));
            try {
                Exchange exchange = Exchange.read(connection);
                visitor.asked();
                handler.handle(exchange);
                connection.output().flush();
                visitor.answered();
                channel.shutdownOutput();
                exchange.drain(bounds.unwantedBytes());
            } catch (Exchange.Malformed malformed) {
                Exchange.refuse(malformed, connection.output());
            }
        } catch (IOException gone) {
            LOG.debug("A client left before it was answered", gone);
        } finally {
            guard.interrupt();
            synchronized (visitors) {
                visitors.remove(visitor);
            }
        }
    }

    /** Closes the socket and every connection. */
    @Override
    public void close() {
        closed = true;
        over.countDown();
        try {
            socket.close();
        } catch (IOException failure) {
            LOG.warn("A socket could not be closed", failure);
        }
        synchronized (visitors) {
            visitors.forEach(Visitor::leave);
        }
    }

    /** One connection. */
    private final class Visitor {
        private final SocketChannel channel;
        private final String source;
        /** Whether nothing of it is being answered. */
        private volatile boolean waiting = true;

        Visitor(SocketChannel channel, String source) {
            this.channel = channel;
            this.source = source;
        }

        boolean isWaiting() {
            return waiting;
        }

        /** The head of the request is there. */
        void asked() {
            waiting = false;
        }

        /** What it still sends is of no interest: it makes room for others like one that has not asked. */
        void answered() {
            waiting = true;
        }

        /** Ends the connection when its time is over. */
        void guard() {
            try {
                if (over.await(bounds.request().toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                if (!waiting) {
                    Optional<Duration> answer = bounds.answer();
                    if (answer.isEmpty() || over.await(answer.get().toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
                leave();
            } catch (InterruptedException answered) {
                Thread.currentThread().interrupt();
            }
        }

        void leave() {
            try {
                channel.close();
            } catch (IOException failure) {
                LOG.debug("A connection could not be closed", failure);
            }
        }
    }
}
