package dev.lockstep.mina;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.FreePorts;
import dev.lockstep.api.link.RecordingLinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.link.ReplicationTransport.Identity;
import dev.lockstep.api.link.ReplicationTransport.Listener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Links come and go for months: nothing may be left behind by one. */
class LinkResourcesTest {
    private static final Identity AT_A = new Identity("AM", "a", "b");
    private static final Identity AT_B = new Identity("AM", "b", "a");
    private static final ClusterKey KEY =
            new ClusterKey("one key, of thirty-two bytes 012".getBytes(StandardCharsets.US_ASCII));
    private static final ClusterKey OTHER_KEY =
            new ClusterKey("another key, of thirty-two bytes".getBytes(StandardCharsets.US_ASCII));
    private static final InetSocketAddress FROM = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int ROUNDS = 40;

    private final MinaReplicationTransport transport = new MinaReplicationTransport();
    private final InetSocketAddress port = FreePorts.tcp("127.0.0.1");

    private static long descriptors() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        assumeTrue(system instanceof UnixOperatingSystemMXBean, "descriptors can only be counted on Unix");
        return ((UnixOperatingSystemMXBean) system).getOpenFileDescriptorCount();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("Processor")
                        || thread.getName().contains("lockstep-link"))
                .count();
    }

    private ReplicationLink connect(ClusterKey key, RecordingLinkHandler handler) throws IOException {
        return transport.connect(AT_A, FROM, port, key, Duration.ofSeconds(10), handler);
    }

    @Test
    void givenManyLinksAndAttempts_whenTheyAreOver_thenDescriptorsAndThreadsAreGivenBack() throws Exception {
        oneRound();
        // the timers of transports that other tests used go after ten idle seconds
        await().atMost(30, TimeUnit.SECONDS).until(() -> threads() <= 1);
        long descriptorsBefore = descriptors();
        for (int i = 0; i < ROUNDS; i++) {
            oneRound();
        }
        await().atMost(20, TimeUnit.SECONDS).until(() -> threads() <= 1);
        await().atMost(20, TimeUnit.SECONDS).until(() -> descriptors() <= descriptorsBefore);
    }

    /** A listener; a link, a refused one, garbage; then an attempt to connect to the closed port. */
    private void oneRound() throws Exception {
        try (Listener listener = transport.listen(AT_B, port, KEY, link -> new RecordingLinkHandler())) {
            RecordingLinkHandler handler = new RecordingLinkHandler();
            connect(KEY, handler).close("end of the round");
            handler.closed().get(10, TimeUnit.SECONDS);
            assertThrows(IOException.class, () -> connect(OTHER_KEY, new RecordingLinkHandler()));
            try (Socket garbage = new Socket(port.getAddress(), port.getPort())) {
                garbage.getOutputStream().write(new byte[200]);
            }
            await().until(() -> listener.refusedConnections() >= 2);
        }
        IOException failure = assertThrows(IOException.class, () -> connect(KEY, new RecordingLinkHandler()));
        assertTrue(failure.getMessage().contains("refused"), failure.getMessage());
    }
}
