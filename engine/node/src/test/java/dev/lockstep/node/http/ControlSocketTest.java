package dev.lockstep.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.kit.Bridge;
import dev.lockstep.node.log.FileModuleLog;
import dev.lockstep.node.store.FileClusterStore;
import dev.lockstep.node.store.FolderModuleStore;
import dev.lockstep.node.store.PlainConfigurations;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the control interface is, and for whom. */
class ControlSocketTest {
    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private FileModuleLog log;
    private FakeControl control;
    private FileClusterStore clusters;
    private FolderModuleStore modules;
    private ControlServer server;

    @BeforeEach
    void start() throws Exception {
        log = new FileModuleLog(
                "ledger", directory.resolve("state/ledger"), Thread::startVirtualThread, Clock.systemUTC());
        control = new FakeControl(log);
        clusters = new FileClusterStore(directory, new PlainConfigurations(), address -> true, Optional.empty());
        modules = FolderModuleStore.open(new FolderModuleStore.Setup(
                directory.resolve("home"),
                directory,
                new PlainConfigurations(),
                clusters,
                new SystemProcesses(),
                module -> log,
                Clock.systemUTC(),
                notice -> {}));
        server = ControlServer.start(directory, directory, 0, control, clusters, modules);
    }

    @AfterEach
    void stop() {
        server.close();
        log.close();
        client.close();
    }

    @Test
    void theSocketIsPrivateAndGoesWithTheServer() throws Exception {
        Path endpoint = directory.resolve("control/endpoint");
        Path socket = directory.resolve("control/socket");

        assertEquals(
                List.of("unix:" + socket.toRealPath(), "http://127.0.0.1:" + server.port()),
                Files.readAllLines(endpoint));
        for (Path file : List.of(endpoint, socket)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("control"))));
        server.close();
        assertFalse(Files.exists(endpoint));
        assertFalse(Files.exists(socket));
    }

    @Test
    void aSocketOfADaemonThatWasKilledDoesNotKeepTheNextOneFromStarting() throws Exception {
        Path left = directory.resolve("left");
        Files.createDirectories(left.resolve("control"));
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(left.resolve("control/socket")))
                .close();

        ControlServer.start(left, left, 0, control, clusters, modules).close();
    }

    @Test
    void aStateDirectoryWhosePathIsTooLongForASocketIsServedFromTheRuntimeDirectory() throws Exception {
        Path deep = directory.resolve("d".repeat(100));

        try (ControlServer other = ControlServer.start(deep, directory.resolve("run"), 0, control, clusters, modules);
                Bridge there = Bridge.to(deep)) {
            assertTrue(other.port() > 0);
            assertEquals(
                    200,
                    client.send(
                                    HttpRequest.newBuilder(URI.create(there.address() + "/api/v1/modules"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode());
        }
    }

    @Test
    void onThePortNothingIsAnsweredButTheHealthOfAModule() throws Exception {
        for (String path :
                List.of("/api/v1/modules", "/api/v1/level", "/", "/var/modules/ledger/../ledger/ready.txt")) {
            assertEquals(404, plain(path), path);
        }
        HttpRequest stop = HttpRequest.newBuilder(health("/api/v1/modules/ledger/actions/stop"))
                .POST(BodyPublishers.ofString("now"))
                .build();
        assertEquals(405, client.send(stop, BodyHandlers.discarding()).statusCode());
        assertEquals(List.of(), control.calls());
    }

    private int plain(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(health(path)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private URI health(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
