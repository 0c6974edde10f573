package dev.lockstep.mina;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.FreePorts;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.RecordingLinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.link.ReplicationTransport;
import dev.lockstep.api.link.ReplicationTransport.Identity;
import dev.lockstep.api.link.ReplicationTransport.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Strangers at the replication port: they neither keep the peer out nor fill the log. */
class LinkFloodTest {
    private static final Identity AT_A = new Identity("AM", "a", "b");
    private static final Identity AT_B = new Identity("AM", "b", "a");
    private static final ClusterKey KEY =
            new ClusterKey("one key, of thirty-two bytes 012".getBytes(StandardCharsets.US_ASCII));
    private static final String PEER = "127.0.0.1";
    private static final String STRANGER = "127.0.0.3";

    /** A flood without pause on the processors of the test itself may now and then be faster than a handshake. */
    private static final int ATTEMPTS = 5;

    private final MinaReplicationTransport transport = new MinaReplicationTransport();
    private final InetSocketAddress port = FreePorts.tcp("127.0.0.1");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<Thread> flooders = new CopyOnWriteArrayList<>();
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean over;
    private Listener listener;

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @BeforeEach
    void listen() throws IOException {
        lines.start();
        root().addAppender(lines);
        listener = transport.listen(AT_B, port, KEY, new ReplicationTransport.Acceptor() {
            @Override
            public boolean expects(InetAddress source) {
                return source.getHostAddress().equals(PEER);
            }

            @Override
            public LinkHandler accepted(ReplicationLink link) {
                return new RecordingLinkHandler();
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        over = true;
        for (Thread flooder : flooders) {
            flooder.join();
        }
        listener.close();
        root().detachAppender(lines);
    }

    /** Connects again and again as fast as it goes, from two threads, and keeps some connections open. */
    private void flood(String from) {
        for (int i = 0; i < 2; i++) {
            flooders.add(Thread.ofVirtual().start(() -> {
                Socket[] kept = new Socket[100];
                for (int n = 0; !over; n = (n + 1) % kept.length) {
                    close(kept[n]);
                    kept[n] = new Socket();
                    try {
                        kept[n].bind(new InetSocketAddress(from, 0));
                        kept[n].connect(port, 1_000);
                        connections.incrementAndGet();
                    } catch (IOException full) {
                        close(kept[n]);
                    }
                }
                for (Socket socket : kept) {
                    close(socket);
                }
            }));
        }
        await().atMost(30, TimeUnit.SECONDS).until(() -> connections.get() > 500);
    }

    private static void close(Socket socket) {
        try {
            if (socket != null) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException closed) {
            // It is of no further interest.
        }
    }

    /** Connects as a secondary does: again if it fails, but not for long. */
    private ReplicationLink connect(LinkHandler handler) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return transport.connect(
                        AT_A,
                        new InetSocketAddress(InetAddress.ofLiteral(PEER), 0),
                        port,
                        KEY,
                        Duration.ofSeconds(8),
                        handler);
            } catch (IOException drivenOut) {
                if (attempt == ATTEMPTS) {
                    throw drivenOut;
                }
            }
        }
    }

    private void assertThePeerGetsIn() throws Exception {
        for (int i = 0; i < 10; i++) {
            long before = connections.get();
            RecordingLinkHandler handler = new RecordingLinkHandler();
            ReplicationLink link = connect(handler);
            await().atMost(30, TimeUnit.SECONDS).until(() -> connections.get() > before);
            link.close("seen");
            handler.closed().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void givenAFloodFromAHostThatIsNotThePeer_whenThePeerConnects_thenItGetsInEveryTimeAndTheLogNamesTheOther()
            throws Exception {
        flood(STRANGER);

        assertThePeerGetsIn();

        assertTrue(listener.refusedConnections() > 100, listener.refusedConnections() + " refused");
        List<String> warnings = warnings();
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().contains(STRANGER), warnings.toString());
    }

    @Test
    void givenAFloodFromTheHostOfThePeer_whenThePeerConnects_thenItGetsInAtOneOfAFewAttempts() throws Exception {
        flood(PEER);

        assertThePeerGetsIn();

        assertTrue(warnings().size() <= RefusalBudget.BURST, warnings().toString());
    }

    @Test
    void givenConnectionsThatAreReset_whenThereAreThousands_thenTheLogHasALineForTheAddressAndNotForEach()
            throws Exception {
        for (int i = 0; i < 2_000; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(port, 5_000);
                socket.setSoLinger(true, 0);
                if (i % 3 == 0) {
                    socket.getOutputStream().write(new byte[50]);
                }
            }
        }
        await().atMost(30, TimeUnit.SECONDS).until(() -> listener.refusedConnections() > 100);
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            try {
                assertThePeerGetsInOnce();
                return true;
            } catch (IOException busy) {
                return false;
            }
        });

        assertEquals(1, warnings().size(), warnings().toString());
    }

    private void assertThePeerGetsInOnce() throws IOException {
        connect(new RecordingLinkHandler()).close("seen");
    }

    private List<String> warnings() {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getLevel().levelInt >= ch.qos.logback.classic.Level.WARN_INT)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
