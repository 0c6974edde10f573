package dev.lockstep.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.state.StateDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests of the control interface: who may ask, who answers, and what becomes of failures. */
final class ControlHandler implements HttpHandler {
    private static final String API = "/api/v1/";
    private static final String BEARER = "Bearer ";
    private static final Logger LOG = LoggerFactory.getLogger(ControlHandler.class);

    private final Router router;
    private final byte[] token;
    private final ControlService service;
    private final StateDisk disk;

    ControlHandler(Router router, String token, ControlService service, StateDisk disk) {
        this.disk = disk;
        this.router = router;
        this.token = token.getBytes(StandardCharsets.US_ASCII);
        this.service = service;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            if (exchange.getRequestMethod().equals("GET") && path.startsWith("/var/modules/")) {
                ready(exchange, path.split("/", -1));
            } else if (!allowed(exchange)) {
                Views.Problem problem = new Views.Problem(
                        "The request carries no valid token.",
                        "",
                        "Send 'Authorization: Bearer TOKEN' with the second line of control/endpoint, which only root can"
                                + " read.");
                send(exchange, 401, 7, problem, Views.text(problem));
            } else if (!path.startsWith(API)) {
                notThere(exchange, List.of());
            } else {
                answer(exchange, path.substring(API.length()));
            }
        }
    }

    /** The address load balancers ask, without token: whether the service is rendered here. */
    private void ready(HttpExchange exchange, String[] path) throws IOException {
        boolean ready = path.length == 5 && path[4].equals("ready.txt") && renders(path[3]);
        byte[] text = (ready ? "Ready\n" : "NotReady\n").getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(ready ? 200 : 404, text.length);
        exchange.getResponseBody().write(text);
    }

    private boolean renders(String module) {
        try {
            ModuleStatus status = service.module(module);
            ModuleState state = status.state();
            return status.readiness() == Readiness.READY && state.runsApplication();
        } catch (Refusal unknown) {
            return false;
        }
    }

    private boolean allowed(HttpExchange exchange) {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        return given != null
                && given.startsWith(BEARER)
                && MessageDigest.isEqual(given.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8), token);
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        try {
            List<String> segments = new ArrayList<>();
            for (String segment : path.split("/", -1)) {
                segments.add(Request.decoded(segment));
            }
            Router.Found found = router.find(exchange.getRequestMethod(), segments);
            if (found.handler().isEmpty()) {
                notThere(exchange, List.copyOf(found.allowed()));
                return;
            }
            switch (found.handler().get().answer(new Request(exchange, found.names()))) {
                case Reply.Value(int status, int exit, Object value, String text) ->
                    send(exchange, status, exit, value, text);
                case Reply.Stream stream -> stream(exchange, stream);
            }
        } catch (Refusal refusal) {
            refuse(exchange, refusal);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            refuse(exchange, new Refusal(Refusal.Kind.FAILED, "The daemon is ending.", "", "Start it and ask again."));
        } catch (IOException | RuntimeException failure) {
            LOG.warn("the request {} failed", exchange.getRequestURI().getPath(), failure);
            refuse(
                    exchange,
                    new Refusal(
                            Refusal.Kind.FAILED, "The request failed.", failure, "The log of the daemon says more."));
        }
    }

    private static void stream(HttpExchange exchange, Reply.Stream stream) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", stream.type());
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream target = exchange.getResponseBody()) {
            stream.writer().write(target);
        } catch (IOException gone) {
            LOG.debug("a client left while it was answered", gone);
        }
    }

    private static void notThere(HttpExchange exchange, List<String> allowed) throws IOException {
        if (!allowed.isEmpty()) {
            exchange.getResponseHeaders().set("Allow", String.join(", ", allowed));
        }
        Views.Problem problem = new Views.Problem(
                allowed.isEmpty()
                        ? "There is nothing at this address."
                        : "This address takes " + String.join(", ", allowed) + ".",
                "",
                "See docs/api.md for what can be asked.");
        send(exchange, allowed.isEmpty() ? 404 : 405, 5, problem, Views.text(problem));
    }

    private void refuse(HttpExchange exchange, Refusal refusal) throws IOException {
        if (exchange.getResponseCode() != -1) {
            return;
        }
        boolean full = refusal.kind() == Refusal.Kind.FAILED && disk.isFull(refusal);
        Views.Problem problem = new Views.Problem(
                refusal.getMessage(),
                full ? (refusal.reason() + "\n" + disk.description() + ".").strip() : refusal.reason(),
                full ? StateDisk.ADVICE : refusal.correction());
        int exit = switch (refusal.kind()) {
            case INVALID -> 2;
            case UNKNOWN -> 3;
            case STATE -> 4;
            case FAILED -> 5;
        };
        send(exchange, refusal.kind().status(), exit, problem, Views.text(problem));
    }

    private static void send(HttpExchange exchange, int status, int exit, Object value, String text)
            throws IOException {
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        boolean asText = accept != null && accept.startsWith("text/plain");
        byte[] body = asText ? text.getBytes(StandardCharsets.UTF_8) : Json.bytes(value);
        exchange.getResponseHeaders().set("Content-Type", asText ? "text/plain; charset=utf-8" : "application/json");
        exchange.getResponseHeaders().set("Lockstep-Exit", String.valueOf(exit));
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
