package dev.lockstep.mina;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.mina.core.service.IoProcessor;
import org.apache.mina.core.write.WriteRequest;
import org.apache.mina.transport.socket.nio.NioSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each link of a listener an I/O thread of its own. New connections meet in the processor that is the lobby; when one
 * of them has proven to be the peer, that processor becomes the link's and a new lobby is opened for those who come later,
 * so a flood of garbage never shares a thread with a link.
 *
 * <p>It also bounds what strangers can hold: {@link #MAX_STRANGERS} sockets; the acceptor waits for one to be closed before
 * it accepts more, and the rest waits in the kernel's backlog.
 */
final class Lobby implements IoProcessor<NioSession> {
    /** Connections not yet authenticated, including those being closed. */
    static final int MAX_STRANGERS = 2 * (LinkListener.MAX_SILENT + LinkListener.MAX_INTRODUCED);

    /** How long the acceptor waits for a place; far longer than closing a connection takes. */
    private static final long PLACE_TIMEOUT_SECONDS = 10;

    private static final String PROCESSOR = LinkProcessor.class.getName();
    private static final Logger LOG = LoggerFactory.getLogger(Lobby.class);

    private final Housekeeping housekeeping;
    private final Predicate<SocketAddress> expected;
    private final Semaphore places = new Semaphore(MAX_STRANGERS);
    private final Object lock = new Object();
    private LinkProcessor lobby;
    private volatile boolean disposed;

    /** @param expected whether a connection from an address may take a place */
    Lobby(Housekeeping housekeeping, Predicate<SocketAddress> expected) {
        this.expected = expected;
        this.housekeeping = housekeeping;
        this.lobby = new LinkProcessor(housekeeping.threads());
    }

    @Override
    public void add(NioSession session) {
        if (!expected.test(session.getRemoteAddress())) {
            close(session);
            return;
        }
        awaitPlace();
        synchronized (lock) {
            session.setAttribute(PROCESSOR, lobby);
            if (disposed) {
                turnAway(session);
            } else {
                lobby.add(session);
            }
        }
    }

    private void turnAway(NioSession session) {
        places.release();
        close(session);
    }

    private void close(NioSession session) {
        try {
            synchronized (lock) {
                lobby.drop(session);
            }
        } catch (IOException e) {
            LOG.debug("a connection just accepted could not be closed", e);
        }
    }

    private void awaitPlace() {
        try {
            if (!places.tryAcquire(PLACE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.error(
                        "no unauthenticated connection of a replication port ended for {} s; accepting one more",
                        PLACE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The processor of a session of this listener. */
    static LinkProcessor of(NioSession session) {
        return (LinkProcessor) session.getAttribute(PROCESSOR);
    }

    /** A session has become a link and keeps its processor. */
    void promoted(NioSession session) {
        places.release();
        synchronized (lock) {
            if (of(session) == lobby && !disposed) {
                lobby = new LinkProcessor(housekeeping.threads());
            }
        }
    }

    /** A session that was not promoted is closed. */
    void left() {
        places.release();
    }

    /** The link that owns a processor has ended: the processor goes too. */
    void ended(NioSession session) {
        LinkProcessor processor = of(session);
        synchronized (lock) {
            if (processor == lobby) {
                return;
            }
        }
        housekeeping.aside(processor::dispose);
    }

    @Override
    public void write(NioSession session, WriteRequest request) {
        of(session).write(session, request);
    }

    @Override
    public void flush(NioSession session) {
        of(session).flush(session);
    }

    @Override
    public void updateTrafficControl(NioSession session) {
        of(session).updateTrafficControl(session);
    }

    @Override
    public void remove(NioSession session) {
        of(session).remove(session);
    }

    @Override
    public boolean isDisposing() {
        return disposed;
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    /** Closes the connections in the lobby; links keep theirs. */
    @Override
    public void dispose() {
        synchronized (lock) {
            if (disposed) {
                return;
            }
            disposed = true;
            housekeeping.aside(lobby::dispose);
        }
    }
}
