package dev.lockstep.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;

/** A daemon that notes what it is asked and answers what the test laid ready, else 200 and {@code ok}. */
final class FakeDaemon implements AutoCloseable {
    private final HttpServer server;
    private final List<String> asked = new ArrayList<>();
    private final Deque<Prepared> answers = new ArrayDeque<>();

    private record Prepared(int status, int exit, boolean chunked, String body) {}

    FakeDaemon(Path var) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                Prepared answer = next(exchange.getRequestMethod() + " " + exchange.getRequestURI()
                        + (body.isEmpty() ? "" : " <" + body + ">")
                        + (exchange.getRequestHeaders().getFirst("Accept").equals("application/json") ? " json" : ""));
                byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                boolean allowed =
                        "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
                exchange.getResponseHeaders().set("Lockstep-Exit", String.valueOf(answer.exit()));
                exchange.sendResponseHeaders(
                        allowed ? answer.status() : 401, answer.chunked() ? 0 : bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        Files.createDirectories(var.resolve("control"));
        Files.writeString(
                var.resolve("control/endpoint"),
                "http://127.0.0.1:" + server.getAddress().getPort() + "\nsecret\n");
    }

    private synchronized Prepared next(String request) {
        asked.add(request.replace("/api/v1/", ""));
        return answers.isEmpty() ? new Prepared(200, 0, false, "ok\n") : answers.poll();
    }

    synchronized FakeDaemon answer(int status, int exit, String body) {
        answers.add(new Prepared(status, exit, false, body));
        return this;
    }

    synchronized FakeDaemon stream(String body) {
        answers.add(new Prepared(200, 0, true, body));
        return this;
    }

    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
