package dev.lockstep.node.http;

import dev.lockstep.node.Refusal;
import dev.lockstep.node.state.StateDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests of the control interface: who answers, and what becomes of failures. Who may ask was decided before. */
final class ControlHandler implements Door.Handler {
    private static final String API = "/api/v1/";
    private static final Logger LOG = LoggerFactory.getLogger(ControlHandler.class);

    private final Router router;
    private final StateDisk disk;

    ControlHandler(Router router, StateDisk disk) {
        this.disk = disk;
        this.router = router;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        if (exchange.path().startsWith(API)) {
            answer(exchange, exchange.path().substring(API.length()));
        } else {
            notThere(exchange, List.of());
        }
    }

    private void answer(Exchange exchange, String path) throws IOException {
        try {
            List<String> segments = new ArrayList<>();
            for (String segment : path.split("/", -1)) {
                segments.add(Request.decoded(segment));
            }
            Router.Found found = router.find(exchange.method(), segments);
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
        } catch (BoundedInput.TooMuch tooMuch) {
            refuse(exchange, Request.invalid("The body of the request is too large.", tooMuch.getMessage()));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            refuse(exchange, new Refusal(Refusal.Kind.FAILED, "The daemon is ending.", "", "Start it and ask again."));
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError failure) {
            if (exchange.isAnswered()) {
                LOG.debug("a client left while it was answered", failure);
                return;
            }
            LOG.warn("the request {} failed", exchange.path(), failure);
            refuse(
                    exchange,
                    new Refusal(
                            Refusal.Kind.FAILED, "The request failed.", failure, "The log of the daemon says more."));
        }
    }

    private static void stream(Exchange exchange, Reply.Stream stream) throws IOException, InterruptedException {
        exchange.answerHeader("Content-Type", stream.type());
        OutputStream target = exchange.answer(200);
        stream.writer().write(target);
        target.close();
    }

    private static void notThere(Exchange exchange, List<String> allowed) throws IOException {
        if (!allowed.isEmpty()) {
            exchange.answerHeader("Allow", String.join(", ", allowed));
        }
        Views.Problem problem = new Views.Problem(
                allowed.isEmpty()
                        ? "There is nothing at this address."
                        : "This address takes " + String.join(", ", allowed) + ".",
                "",
                "See docs/api.md for what can be asked.");
        send(exchange, allowed.isEmpty() ? 404 : 405, 5, problem, Views.text(problem));
    }

    private void refuse(Exchange exchange, Refusal refusal) throws IOException {
        if (exchange.isAnswered()) {
            return;
        }
        boolean full = refusal.kind() == Refusal.Kind.FAILED && disk.isFull(refusal);
        Views.Problem problem = new Views.Problem(
                refusal.getMessage(),
                full ? (refusal.reason() + "\n" + disk.description() + ".").strip() : refusal.reason(),
                full ? StateDisk.ADVICE : refusal.correction(),
                refusal.faults());
        int exit = switch (refusal.kind()) {
            case INVALID -> 2;
            case UNKNOWN -> 3;
            case STATE -> 4;
            case FAILED -> 5;
        };
        send(exchange, refusal.kind().status(), exit, problem, Views.text(problem));
    }

    private static void send(Exchange exchange, int status, int exit, Object value, String text) throws IOException {
        boolean asText = exchange.header("Accept").orElse("").startsWith("text/plain");
        exchange.answerHeader("Content-Type", asText ? "text/plain; charset=utf-8" : "application/json");
        exchange.answerHeader("Lockstep-Exit", String.valueOf(exit));
        exchange.answer(status, asText ? text.getBytes(StandardCharsets.UTF_8) : Json.bytes(value));
    }
}
