package dev.lockstep.node.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.kit.Bridge;
import dev.lockstep.node.log.FileModuleLog;
import dev.lockstep.node.store.FileClusterStore;
import dev.lockstep.node.store.FolderModuleStore;
import dev.lockstep.node.store.PlainConfigurations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers on the host, who can connect, can do to others: nothing. */
class ControlConnectionsTest {
    /** The time a request has, and many seconds of a busy machine. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** What strangers say before they are silent: nothing, half a request, one whose body never comes. */
    private static final List<String> SILENT =
            List.of("", "GET /var/modu", "POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nabc");

    private final List<Socket> strangers = new ArrayList<>();

    @TempDir
    Path directory;

    private FileModuleLog log;
    private ControlServer server;

    @BeforeEach
    void start() throws Exception {
        log = new FileModuleLog(
                "ledger", directory.resolve("state/ledger"), Thread::startVirtualThread, Clock.systemUTC());
        PlainConfigurations configurations = new PlainConfigurations();
        FileClusterStore clusters = new FileClusterStore(directory, configurations, address -> true, Optional.empty());
        FolderModuleStore modules = FolderModuleStore.open(new FolderModuleStore.Setup(
                directory.resolve("home"),
                directory,
                configurations,
                clusters,
                new SystemProcesses(),
                module -> log,
                Clock.systemUTC(),
                notice -> {}));
        server = ControlServer.start(directory, directory, 0, new FakeControl(log), clusters, modules);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket stranger : strangers) {
            stranger.close();
        }
        server.close();
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n\r\n", "GARBAGE", "GET", "\u0000\u0001\u0002\r\n\r\n", "POST / HTTP/9.9\r\n\r\n"})
    void rubbishOnThePortHarmsNothing(String rubbish) throws Exception {
        stranger(rubbish).close();

        assertTrue(isServed());
    }

    @Test
    void halfARequestDoesNotHoldTheOthers() throws Exception {
        stranger("GET /var/modules/ledger/ready.txt HTTP/1.1\r\nContent-Length: 100\r\n");

        assertTrue(isServed());
    }

    @Test
    void whoAsksIsAnsweredHoweverManySayNothing() throws Exception {
        for (int i = 0; i < 300; i++) {
            stranger(SILENT.get(i % SILENT.size()));
            assertTrue(i % 25 != 0 || isServed(), "after " + i);
        }

        assertTrue(isServed());
    }

    @Test
    void aHeadThatComesByteByByteHasNoMoreTimeThanAnother() throws Exception {
        Socket slow = stranger("GET / HTTP/1.1\r\n");

        await().atMost(LIMIT).pollInterval(Duration.ofMillis(200)).until(() -> {
            try {
                slow.getOutputStream().write('x');
                return false;
            } catch (IOException closed) {
                return true;
            }
        });
    }

    @Test
    void aHeadLargerThanARequestIsRefused() throws Exception {
        Socket giant = stranger("GET / HTTP/1.1\r\nA: " + "x".repeat(100_000));

        assertEquals("HTTP/1.1 431 Request Header Fields Too Large", firstLine(giant));
    }

    @Test
    void theCommandIsAnsweredWhateverHappensOnThePort() throws Exception {
        for (int i = 0; i < 300; i++) {
            stranger("");
        }

        try (Bridge bridge = Bridge.to(directory);
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        URI.create(bridge.address()).getPort())) {
            socket.getOutputStream().write("GET /api/v1/modules HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("HTTP/1.1 200 OK", firstLine(socket));
        }
    }

    private Socket stranger(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        strangers.add(socket);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private boolean isServed() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("GET /var/modules/ledger/ready.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 200 OK".equals(firstLine(socket));
        } catch (IOException keptOut) {
            return false;
        }
    }

    private static String firstLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }
}
