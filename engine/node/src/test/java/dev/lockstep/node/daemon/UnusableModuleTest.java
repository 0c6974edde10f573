package dev.lockstep.node.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.FileSystemInterceptor;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.ReplicationTransport;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.kit.Bridge;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.FileClusterStore;
import dev.lockstep.node.store.FolderModuleStore;
import dev.lockstep.node.store.ModuleStore;
import dev.lockstep.node.store.PlainConfigurations;
import dev.lockstep.node.threads.SharedThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A daemon without plugins: no module of it can work. One is configured ({@code ledger}), one only installed ({@code idle}). */
class UnusableModuleTest {
    /** Generous, because tests share their machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final SharedThreads threads = new SharedThreads();
    private LogBook logs;
    private Daemon daemon;
    private Bridge bridge;
    private volatile boolean diskRefuses;
    private final AtomicInteger refusals = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        Path var = directory.resolve("var");
        logs = new LogBook(var, threads.hands(), Clock.systemUTC());
        ClusterStore clusters = new FileClusterStore(var, new PlainConfigurations(), address -> true, Optional.empty());
        Path cluster = Files.writeString(directory.resolve("c.xml"), "<node name=\"alpha\" addr=\"10.0.0.1\"/>");
        clusters.configure(Optional.of(cluster));
        for (String module : List.of("ledger", "idle")) {
            Path conf = Files.createDirectories(var.resolve("modules/" + module + ".safe/conf"));
            Files.writeString(conf.resolve("userconfig.xml"), "<safe/>");
        }
        ModuleStore modules = onADiskThatMayRefuse(FolderModuleStore.open(new FolderModuleStore.Setup(
                directory.resolve("home"),
                var,
                new PlainConfigurations(),
                clusters,
                new SystemProcesses(),
                logs::of,
                Clock.systemUTC(),
                notice -> {})));
        modules.apply("ledger");
        logs.of("ledger").write(LogLevel.E, "heart", "Local state ALONE Ready");
        daemon = Daemon.start(new Daemon.Setting(
                directory.resolve("home"),
                var,
                directory.resolve("run"),
                0,
                clusters,
                modules,
                logs,
                new NoExtensions(),
                address -> true,
                threads,
                Clock.systemUTC()));
        bridge = Bridge.to(var);
    }

    private ModuleStore onADiskThatMayRefuse(ModuleStore store) {
        return (ModuleStore) Proxy.newProxyInstance(
                ModuleStore.class.getClassLoader(), new Class<?>[] {ModuleStore.class}, (proxy, method, arguments) -> {
                    if (diskRefuses && method.getName().equals("configuration")) {
                        refusals.incrementAndGet();
                        throw new IOException("No space left on device");
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    @AfterEach
    void stop() throws IOException {
        bridge.close();
        daemon.close();
        logs.close();
        client.close();
    }

    @Test
    void itsLogIsReadAndEndsWithTheReason() throws Exception {
        assertTrue(text("modules/ledger").body().contains("STOP NotReady (unusable)"));

        List<String> lines = text("modules/ledger/log").body().lines().toList();

        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.getFirst().endsWith("| Local state ALONE Ready"), lines.getFirst());
        assertTrue(lines.getLast().contains("| heart | C | The module cannot work on this node: "), lines.getLast());
    }

    @Test
    void itsLogIsFollowedAndWritten() throws Exception {
        HttpResponse<InputStream> following =
                client.send(request("modules/ledger/log?follow=true&count=1").build(), BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(following.body(), StandardCharsets.UTF_8))) {
            assertTrue(lines.readLine().contains("cannot work on this node"));
            HttpRequest print = request("modules/ledger/log?level=E&identity=probe")
                    .POST(HttpRequest.BodyPublishers.ofString("hello"))
                    .build();
            assertEquals(200, client.send(print, BodyHandlers.discarding()).statusCode());
            assertTrue(lines.readLine().endsWith("| probe | E | hello"));
        }
    }

    @Test
    void theLogOfAModuleThatIsOnlyInstalledIsReadAndThatOfNoModuleIsNot() throws Exception {
        HttpResponse<String> idle = text("modules/idle/log");
        assertEquals(200, idle.statusCode(), idle.body());
        assertEquals("", idle.body());

        HttpResponse<String> unknown = text("modules/other/log");
        assertEquals(404, unknown.statusCode());
        assertTrue(unknown.body().startsWith("error: There is no module other on this node."), unknown.body());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            POST, modules/ledger/actions/incloop,         4
            POST, modules/ledger/actions/resetloop,       4
            POST, modules/ledger/actions/start,           4
            POST, modules/ledger/actions/swap,            4
            POST, modules/ledger/actions/stop,            4
            GET,  modules/ledger/loop,                    4
            GET,  modules/ledger/resources/state.local,   4
            GET,  modules/ledger/switches/boot,           4
            GET,  modules/ledger/hooks/state,             4
            GET,  modules/ledger/wait?for=PRIM&timeout=9, 4
            GET,  modules/ledger/wait?for=STOP&timeout=9, 0
            GET,  modules/ledger/wait?for=stop&timeout=9, 0
            """)
    void whatItCannotDoIsRefusedWithTheReason(String method, String path, String exit) throws Exception {
        HttpRequest request = request(path)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();

        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

        assertEquals(exit, response.headers().firstValue("Lockstep-Exit").orElseThrow(), response.body());
        assertTrue(
                exit.equals("0") || response.body().startsWith("error: The module ledger cannot work on this node.\n"),
                response.body());
    }

    @Test
    void itDoesNotHideTheSwitchesOfOthers() throws Exception {
        assertEquals("ledger unknown\n", text("switches/boot").body());
    }

    @Test
    void itIsRemovedAlsoWhenItsConfigurationCannotBeRead() throws Exception {
        Files.delete(directory.resolve("var/applied/ledger/conf/safeconf.xml"));

        HttpRequest uninstall = request("modules/ledger").DELETE().build();
        HttpResponse<String> removed = client.send(uninstall, BodyHandlers.ofString());

        assertEquals(200, removed.statusCode(), removed.body());
        assertTrue(removed.body().startsWith("warning: The hook deconfig did not end well"), removed.body());
        assertEquals("idle\n", text("modules?form=names").body());
    }

    @Test
    void givenADiskThatRefusedItsState_whenTheDiskTakesIt_thenItIsTriedByItself() throws Exception {
        diskRefuses = true;
        client.send(
                request("modules/ledger/config")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertTrue(answerToStart().contains("It is tried again by itself"), answerToStart());
        int told = linesOf("No space left").size();
        assertEquals(1, told);

        await().atMost(PATIENCE).until(() -> refusals.get() > 3);
        assertEquals(told, linesOf("No space left").size(), "told once");
        diskRefuses = false;

        await().atMost(PATIENCE).until(() -> answerToStart().contains("is no mirror"));
        assertTrue(answerToStart().contains("Correct it, then: lockstep config"), answerToStart());
    }

    private List<String> linesOf(String text) throws Exception {
        return text("modules/ledger/log")
                .body()
                .lines()
                .filter(line -> line.contains(text))
                .toList();
    }

    /** What an attempt to start it answers. */
    private String answerToStart() throws Exception {
        HttpRequest request = request("modules/ledger/actions/start")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private HttpResponse<String> text(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(bridge.address() + "/api/v1/" + path))
                .header("Accept", "text/plain");
    }

    private static final class NoExtensions implements Extensions {
        @Override
        public HeartbeatTransport heartbeats() throws StartRefused {
            throw new StartRefused("There is no plugin for heartbeats.");
        }

        @Override
        public ReplicationTransport replication() throws StartRefused {
            throw new StartRefused("There is no plugin for replication.");
        }

        @Override
        public FileSystemInterceptor interception() throws StartRefused {
            throw new StartRefused("There is no plugin for interception.");
        }
    }
}
