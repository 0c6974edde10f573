package dev.lockstep.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.kit.Bridge;
import dev.lockstep.node.log.FileModuleLog;
import dev.lockstep.node.store.FileClusterStore;
import dev.lockstep.node.store.FolderModuleStore;
import dev.lockstep.node.store.PlainConfigurations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlServerTest {
    private static final String CLUSTER =
            "<node name=\"alpha\" addr=\"10.0.0.1\"/><node name=\"beta\" addr=\"192.168.9.9\"/>";

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private FileModuleLog log;
    private FakeControl control;
    private FileClusterStore clusters;
    private FolderModuleStore modules;
    private ControlServer server;
    private Bridge bridge;

    @BeforeEach
    void start() throws Exception {
        log = new FileModuleLog(
                "ledger", directory.resolve("state/ledger"), Thread::startVirtualThread, Clock.systemUTC());
        control = new FakeControl(log);
        clusters = new FileClusterStore(
                directory,
                new PlainConfigurations(),
                address -> address.getHostAddress().startsWith("10."),
                Optional.empty());
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
        bridge = Bridge.to(directory);
    }

    @AfterEach
    void stop() throws IOException {
        bridge.close();
        server.close();
        log.close();
        client.close();
    }

    @Test
    void aHealthPortThatIsTakenKeepsNobodyFromTheCommand() throws Exception {
        Path other = Files.createDirectories(directory.resolve("other"));
        try (ControlServer second = ControlServer.start(other, other, server.port(), control, clusters, modules);
                Bridge command = Bridge.to(other)) {
            URI asked = URI.create(command.address() + "/api/v1/modules");
            assertEquals(200, status(asked));
            assertEquals(server.port(), second.port());
        }
    }

    @Test
    void aBodyThatNobodyWantsKeepsNobodyFromReadingTheAnswer() throws Exception {
        HttpResponse<String> refused = text("POST", "modules/ledger/actions/dance", "x".repeat(4 << 20));

        assertEquals(400, refused.statusCode());
        assertTrue(text("POST", "cluster/config", "x".repeat(5 << 20)).body().contains("More than 4194304 bytes"));
    }

    @Test
    void theHealthAddressFollowsTheState() throws Exception {
        assertEquals(200, plain("/var/modules/ledger/ready.txt"));
        control.show(ModuleState.ALONE, Readiness.READY);
        assertEquals(200, plain("/var/modules/ledger/ready.txt"));
        control.show(ModuleState.ALONE, Readiness.TRANSIENT);
        assertEquals(404, plain("/var/modules/ledger/ready.txt"));
        control.show(ModuleState.SECOND, Readiness.READY);
        assertEquals(404, plain("/var/modules/ledger/ready.txt"));
        assertEquals(404, plain("/var/modules/other/ready.txt"));
        assertEquals(404, plain("/var/modules/ledger"));
    }

    @Test
    void stateComesAsTextForPeopleAndAsJsonForPrograms() throws Exception {
        assertEquals(
                "ledger: PRIM Ready (uptodate), peer beta SECOND Ready\n",
                text("GET", "modules/ledger", "").body());
        String json = json("GET", "modules/ledger", "").body();
        assertTrue(json.contains("\"state\":\"PRIM\",\"readiness\":\"Ready\""), json);
        assertTrue(json.contains("\"remote\":{\"node\":\"beta\",\"state\":\"SECOND\",\"readiness\":\"Ready\"}"), json);
        HttpResponse<String> word = text("GET", "modules/ledger?form=word", "");
        assertEquals("PRIM\n", word.body());
        assertEquals("3", word.headers().firstValue("Lockstep-Exit").orElseThrow());
        String table = text("GET", "modules", "").body();
        assertEquals("""
                MODULE  ID  MODE    LOCAL       DETAIL    REMOTE
                ledger  1   mirror  PRIM Ready  uptodate  beta SECOND Ready
                """, table);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            GET,    modules/other,                404, 3
            GET,    nothing,                      404, 5
            DELETE, level,                        405, 5
            POST,   modules/ledger/actions/dance, 400, 2
            POST,   modules/ledger/actions/swap,  409, 4
            POST,   modules/ledger/actions/forcestop, 500, 5
            POST,   modules/ledger/actions/stop?identity=a%20b, 400, 2
            GET,    modules/ledger/log?count=x,   400, 2
            GET,    modules/ledger/log?count=-1,  400, 2
            GET,    modules/ledger/wait?for=BED,  400, 2
            GET,    modules/ledger/resources/x.y, 404, 3
            GET,    modules/%zz,                  400, 0
            """)
    void whatCannotBeDoneIsAnsweredWithCauseAndExitCode(String method, String path, int status, int exit)
            throws Exception {
        if (path.contains("%zz")) {
            assertEquals("HTTP/1.1 400 Bad Request", raw("GET /api/v1/" + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
            return;
        }
        HttpResponse<String> response = json(method, path, "");

        assertEquals(status, response.statusCode(), response.body());
        assertTrue(response.body().startsWith("{\"error\":\""), response.body());
        assertEquals(
                String.valueOf(exit),
                response.headers().firstValue("Lockstep-Exit").orElseThrow());
    }

    @Test
    void aRefusalAsTextSaysWhatWhyAndWhatNext() throws Exception {
        assertEquals(
                "error: There is no module other.\n  why\n  -> what to do\n",
                text("GET", "modules/other", "").body());
    }

    @Test
    void actionsCarryTheirOptionAndTheirCaller() throws Exception {
        assertEquals(
                200,
                json("POST", "modules/ledger/actions/prim?option=fullsync", "").statusCode());
        assertEquals(
                200,
                json("POST", "modules/ledger/actions/stop?identity=start_prim", "")
                        .statusCode());
        assertEquals(200, json("PUT", "modules/ledger/switches/failover", "off").statusCode());
        assertEquals(
                400, json("PUT", "modules/ledger/switches/failover", "maybe").statusCode());

        assertEquals(
                List.of(
                        "PRIM_FULLSYNC Operator[name=root]",
                        "STOP Component[name=start_prim]",
                        "failover false Operator[name=root]"),
                control.calls());
    }

    @Test
    void aReachedLimitIsAnAnswer() throws Exception {
        HttpResponse<String> counted = text("POST", "modules/ledger/actions/incloop?identity=probe", "");
        HttpResponse<String> reached = text("POST", "modules/ledger/actions/incloop", "");

        assertEquals("200 0 ", said(counted));
        assertEquals("200 1 The limit of automatic actions is reached.\n", said(reached));
        assertEquals(List.of("count Component[name=probe]", "count Operator[name=root]"), control.calls());
    }

    private static String said(HttpResponse<String> response) {
        return response.statusCode() + " "
                + response.headers().firstValue("Lockstep-Exit").orElseThrow() + " " + response.body();
    }

    @Test
    void aWaitEndsWhenTheStateIsReachedOrTheTimeIsOver() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = client.sendAsync(
                request("GET", "/api/v1/modules/ledger/wait?for=alone&timeout=30", "", ""), BodyHandlers.ofString());
        control.show(ModuleState.ALONE, Readiness.TRANSIENT);
        control.show(ModuleState.ALONE, Readiness.READY);

        HttpResponse<String> reached = waiting.get(20, TimeUnit.SECONDS);
        assertEquals(200, reached.statusCode());
        assertTrue(reached.body().startsWith("{\"reached\":true"), reached.body());
        HttpResponse<String> late = json("GET", "modules/ledger/wait?for=stop&timeout=0", "");
        assertEquals(202, late.statusCode());
        assertEquals("1", late.headers().firstValue("Lockstep-Exit").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"WAIT, 1", "STOP, 1", "ALONE, 0", "PRIM, 0", "SECOND, 0"})
    void aStartIsGoodWhenTheModuleIsReadyAndNotWhenItIsBlocked(ModuleState state, String exit) throws Exception {
        boolean blocked = state == ModuleState.WAIT || state == ModuleState.STOP;
        control.show(state, blocked ? Readiness.NOT_READY : Readiness.READY);

        HttpResponse<String> answer = json("GET", "modules/ledger/wait?for=start&timeout=0", "");

        assertEquals(200, answer.statusCode(), "it is not waited on");
        assertEquals(exit, answer.headers().firstValue("Lockstep-Exit").orElseThrow());
    }

    @Test
    void aStartWhoseHookFailedIsNoGoodStart() throws Exception {
        HttpResponse<String> good = json("GET", "modules/ledger/wait?for=start&timeout=0", "");
        control.showFailed(ModuleState.PRIM, Readiness.READY, "start_prim");
        HttpResponse<String> failed = json("GET", "modules/ledger/wait?for=start&timeout=0", "");

        assertEquals("0", good.headers().firstValue("Lockstep-Exit").orElseThrow());
        assertEquals("1", failed.headers().firstValue("Lockstep-Exit").orElseThrow());
        assertTrue(failed.body().contains("\"failedHooks\":[\"start_prim\"]"), failed.body());
    }

    @Test
    void resourcesAreReadAndAssigned() throws Exception {
        assertEquals(
                "up\n", text("GET", "modules/ledger/resources/rfs.uptodate", "").body());
        assertTrue(
                text("GET", "modules/ledger/resources", "").body().startsWith("RESOURCE      VALUE       ASSIGNED\n"));
        json("PUT", "modules/ledger/resources/custom.x?identity=probe&logged=never", "down");

        assertEquals(List.of("custom.x=down probe NEVER"), control.calls());
    }

    @Test
    void theLogIsShownAndWritten() throws Exception {
        log.write(LogLevel.E, "heart", 7, "Local state PRIM Ready");
        json("POST", "modules/ledger/log?level=E&identity=probe", "hello");
        json("POST", "modules/ledger/log", "quiet");

        String text = text("GET", "modules/ledger/log", "").body();
        assertTrue(
                text.matches(
                        "\\| \\S+ \\S+ \\| heart \\| E \\| Local state PRIM Ready\n\\| .* \\| probe \\| E \\| hello\n"),
                text);
        String json = json("GET", "modules/ledger/log?verbose=true&count=1", "").body();
        assertTrue(json.contains("\"level\":\"I\",\"key\":0,\"text\":\"quiet\""), json);
    }

    @Test
    void theLogIsFollowedWhileItGrows() throws Exception {
        log.write(LogLevel.E, "heart", "first");
        HttpResponse<java.io.InputStream> response = client.send(
                request("GET", "/api/v1/modules/ledger/log?follow=true&count=1", "", "text/plain"),
                BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertTrue(lines.readLine().endsWith("| first"));
            log.write(LogLevel.E, "heart", "second");
            assertTrue(lines.readLine().endsWith("| second"));
        }
    }

    @Test
    void clusterAndModuleAreConfiguredOverTheInterface() throws Exception {
        assertTrue(text("GET", "cluster", "").body().startsWith("No cluster is configured."));
        String taken = text("POST", "cluster/config", CLUSTER).body();
        assertTrue(taken.contains("This node is alpha."), taken);
        assertTrue(taken.contains(directory.resolve("cluster/cluster.zip").toString()), taken);
        assertEquals(200, json("POST", "cluster/check", CLUSTER).statusCode());
        assertEquals(400, json("POST", "cluster/check", "broken").statusCode());
        HttpResponse<String> empty = text("POST", "cluster/config?name=cluster.zip", "");
        assertTrue(empty.body().contains("The file cluster.zip is empty."), "no new key is made of nothing");
        assertEquals(
                "The cluster configuration is good.\ninfo: my.xml:1:1: laddr says nothing\n",
                text("POST", "cluster/check?name=my.xml", CLUSTER.replaceFirst("/>", " laddr=\"10.0.0.2\"/>"))
                        .body());
        assertTrue(text("GET", "cluster", "").body().matches("""
                        NODE +SIGNATURE +APPLIED +LOCKED +KEY
                        alpha +[0-9a-f]{16} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +no +in force
                        """));
        assertEquals(200, json("POST", "cluster/rekey", "").statusCode());
        String changing = text("GET", "cluster", "").body();
        assertTrue(changing.contains("being changed, not known to have the new one: beta"), changing);
        assertTrue(json("GET", "cluster", "").body().contains("\"rekeying\":true,\"withoutNewKey\":[\"beta\"]"));
        assertEquals(200, json("POST", "cluster/rekey/finish", "").statusCode());
        Files.createDirectories(directory.resolve("modules/ledger.safe/conf"));
        Files.writeString(directory.resolve("modules/ledger.safe/conf/userconfig.xml"), "<safe/>");

        assertEquals("ledger -\n", text("GET", "modules?form=ids", "").body());
        assertEquals(409, text("GET", "modules/ledger/ports", "").statusCode());
        assertTrue(text("GET", "modules/ledgr/ports", "").body().contains("Did you mean ledger?"));
        HttpResponse<String> applied = text("POST", "modules/ledger/config", "");
        assertEquals(200, applied.statusCode(), applied.body());
        assertTrue(
                applied.body().matches("warning: a warning\nModule ledger is configured, .*\ninfo: .*:1:1: a remark\n"),
                applied.body());
        assertEquals("ledger 1\n", text("GET", "modules?form=ids", "").body());
        assertEquals("""
                heartbeat UDP 8888
                replication TCP 5600
                the peer's are not known: the module does not work here yet; these go by its id
                """, text("GET", "modules/ledger/ports", "").body());
        String checked = json("POST", "modules/ledger/check", "").body();
        assertTrue(
                checked.matches(
                        ".*\"warnings\":\\[\"a warning\"],\"remarks\":\\[\".*:1:1: a remark\"],\"faults\":\\[]}\n?"),
                checked);
        String info = text("GET", "modules/ledger/config", "").body();
        assertTrue(info.matches("active  (\\w+) \\d+ (.*)\ncurrent \\1 \\d+ \\(.*\\)\nequal: .*\n"), info);
        byte[] archive = client.send(
                        request("GET", "/api/v1/modules/ledger/package", "", ""), BodyHandlers.ofByteArray())
                .body();
        HttpRequest install = HttpRequest.newBuilder(uri("/api/v1/modules?name=copy&id=9"))
                .POST(BodyPublishers.ofByteArray(archive))
                .build();
        assertEquals(200, client.send(install, BodyHandlers.ofString()).statusCode());
        assertEquals("copy\nledger\n", text("GET", "modules?form=names", "").body());
        assertEquals(200, json("DELETE", "modules/ledger", "").statusCode());
        assertEquals(List.of("cluster", "stopped ledger", "stopped ledger"), control.calls());
        try (Stream<Path> left = Files.list(directory.resolve("control/tmp"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    private String raw(String request) throws IOException {
        URI there = URI.create(bridge.address());
        try (Socket socket = new Socket(there.getHost(), there.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private int plain(String path) throws Exception {
        return status(health(path));
    }

    private int status(URI asked) throws Exception {
        return client.send(HttpRequest.newBuilder(asked).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private HttpResponse<String> json(String method, String path, String body) throws Exception {
        return send(method, "/api/v1/" + path, body, "");
    }

    private HttpResponse<String> text(String method, String path, String body) throws Exception {
        return send(method, "/api/v1/" + path, body, "text/plain");
    }

    private HttpResponse<String> send(String method, String path, String body, String accept) throws Exception {
        return client.send(request(method, path, body, accept), BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String path, String body, String accept) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!accept.isEmpty()) {
            request.header("Accept", accept);
        }
        return request.build();
    }

    private URI uri(String path) {
        return URI.create(bridge.address() + path);
    }

    private URI health(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
