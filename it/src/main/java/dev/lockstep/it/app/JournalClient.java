package dev.lockstep.it.app;

import dev.lockstep.it.kit.Host;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A client of the journal that goes on for ever: it writes the next number as soon as the last was acknowledged, looks for a
 * serving node when it lost the one it had, and remembers what was acknowledged. A number whose answer did not come is never
 * used again: nobody can say whether it was written.
 */
public final class JournalClient implements AutoCloseable {
    private static final long A_MOMENT = Duration.ofMillis(5).toNanos();
    private static final int CONNECT_MILLIS = 200;

    /** Longer than any pause a replicated write may make here while the peer is given up, and less than the tests wait. */
    private static final int ANSWER_MILLIS = 20_000;

    private final Host host;
    private final List<InetSocketAddress> servers;
    private final Thread thread;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean paused = new AtomicBoolean();
    private final AtomicBoolean resting = new AtomicBoolean();
    private final AtomicLong lastAnswer = new AtomicLong(System.nanoTime());
    private final AtomicLong longestGap = new AtomicLong();
    private final AtomicReference<InetSocketAddress> serving = new AtomicReference<>();
    private final AtomicReference<Socket> connection = new AtomicReference<>();
    private final BitSet acknowledged = new BitSet();
    private int next = 1;

    private JournalClient(Host host, List<InetSocketAddress> servers) {
        this.host = host;
        this.servers = List.copyOf(servers);
        this.thread = Thread.ofPlatform().daemon().name("journal-client").unstarted(this::work);
    }

    /** Starts writing from a host to whichever of the servers answers. */
    public static JournalClient start(Host host, List<InetSocketAddress> servers) {
        JournalClient client = new JournalClient(host, servers);
        client.thread.start();
        return client;
    }

    private void work() {
        int turn = 0;
        while (!over.get()) {
            InetSocketAddress server = servers.get(turn++ % servers.size());
            try (Socket socket = host.inside().call(() -> connect(server))) {
                connection.set(socket);
                serving.set(server);
                write(new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
            } catch (IOException | RuntimeException lost) {
                serving.set(null);
                resting.set(paused.get());
                LockSupport.parkNanos(A_MOMENT);
            }
        }
    }

    private static Socket connect(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(server, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS);
            return socket;
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    private void write(DataInputStream in, DataOutputStream out) throws IOException {
        while (!over.get()) {
            boolean rest = paused.get();
            resting.set(rest);
            if (rest) {
                LockSupport.parkNanos(A_MOMENT);
                lastAnswer.set(System.nanoTime());
                continue;
            }
            int number = next++;
            out.writeLong(number);
            out.flush();
            if (in.readLong() != number) {
                throw new IOException("the server answered for another record");
            }
            synchronized (acknowledged) {
                acknowledged.set(number);
            }
            long now = System.nanoTime();
            longestGap.accumulateAndGet(now - lastAnswer.getAndSet(now), Math::max);
        }
    }

    /** The numbers acknowledged so far. */
    private BitSet acknowledged() {
        synchronized (acknowledged) {
            return (BitSet) acknowledged.clone();
        }
    }

    /** How many records were acknowledged so far. */
    public int count() {
        synchronized (acknowledged) {
            return acknowledged.cardinality();
        }
    }

    /** The longest time without an acknowledgement since the last call, now included. */
    public Duration longestGap() {
        long open = System.nanoTime() - lastAnswer.get();
        return Duration.ofNanos(Math.max(open, longestGap.getAndSet(0)));
    }

    /** Stops writing for a while, or goes on. */
    public void pause(boolean pause) {
        paused.set(pause);
    }

    /** Whether nothing is on the way, as asked for by {@link #pause}. */
    public boolean resting() {
        return resting.get();
    }

    /** The server that answers; null while there is none. */
    public InetSocketAddress serving() {
        return serving.get();
    }

    /** Reads what is there. */
    @FunctionalInterface
    public interface Reading {
        /** The numbers found. */
        BitSet read() throws IOException;
    }

    /** What was acknowledged by now and is not in what is read after that: more may be acknowledged meanwhile. */
    public BitSet missing(Reading reading) throws IOException {
        BitSet missing = acknowledged();
        missing.andNot(reading.read());
        return missing;
    }

    @Override
    public void close() {
        over.set(true);
        Socket socket = connection.get();
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException failure) {
                throw new java.io.UncheckedIOException(failure);
            }
        }
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
