package dev.lockstep.node.http;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that are open, in two bounded sets. Whoever can reach the port can connect and say nothing, so the connections
 * whose request is awaited hold no place: when there are too many the one that waited longest is closed for the new one. Those
 * that are worked for are never closed for others. Thread-safe.
 */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final int awaitedMax;
    private final int workedForMax;
    private final LinkedHashSet<Socket> awaited = new LinkedHashSet<>();
    private final Set<Socket> workedFor = new HashSet<>();
    private boolean closed;

    Connections(int awaitedMax, int workedForMax) {
        this.awaitedMax = awaitedMax;
        this.workedForMax = workedForMax;
    }

    /** Takes a connection that something is awaited from, at the cost of the oldest such one if need be. */
    void await(Socket connection) {
        List<Socket> given = new ArrayList<>();
        synchronized (this) {
            workedFor.remove(connection);
            if (closed) {
                given.add(connection);
            } else {
                awaited.add(connection);
            }
            for (Iterator<Socket> oldest = awaited.iterator(); awaited.size() > awaitedMax; ) {
                given.add(oldest.next());
                oldest.remove();
            }
        }
        given.forEach(Connections::close);
    }

    /**
     * The request of an awaited connection is there.
     *
     * @return whether there is room to work for it
     * @throws IOException if it was closed for another one
     */
    synchronized boolean work(Socket connection) throws IOException {
        if (!awaited.contains(connection)) {
            throw new IOException("closed for another connection");
        }
        if (workedFor.size() >= workedForMax) {
            return false;
        }
        awaited.remove(connection);
        return workedFor.add(connection);
    }

    /** Closes a connection. */
    void end(Socket connection) {
        synchronized (this) {
            awaited.remove(connection);
            workedFor.remove(connection);
        }
        close(connection);
    }

    /** Closes all, and whatever comes later. */
    void endAll() {
        List<Socket> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            all.addAll(awaited);
            all.addAll(workedFor);
            awaited.clear();
            workedFor.clear();
        }
        all.forEach(Connections::close);
    }

    private static void close(Socket connection) {
        try {
            connection.close();
        } catch (IOException failure) {
            LOG.debug("a connection did not close", failure);
        }
    }
}
