package dev.lockstep.node.http;

import dev.lockstep.api.module.Readiness;
import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The address load balancers ask: whether the service of a module is rendered here. Anybody may, so nothing else is told, and nothing is
 * written anywhere.
 */
record HealthHandler(ControlService service) implements Door.Handler {
    @Override
    public void handle(Exchange exchange) throws IOException {
        boolean asks = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        String[] path = exchange.path().split("/", -1);
        boolean known = path.length == 5
                && path[0].isEmpty()
                && path[1].equals("var")
                && path[2].equals("modules")
                && path[4].equals("ready.txt");
        boolean ready = asks && known && renders(path[3]);
        exchange.answerHeader("Content-Type", "text/plain");
        exchange.answerHeader("Cache-Control", "no-store");
        if (!asks) {
            exchange.answerHeader("Allow", "GET, HEAD");
        }
        exchange.answer(
                ready ? 200 : asks ? 404 : 405, (ready ? "Ready\n" : "NotReady\n").getBytes(StandardCharsets.US_ASCII));
    }

    private boolean renders(String module) {
        try {
            ModuleStatus status = service.module(module);
            return status.readiness() == Readiness.READY && status.state().runsApplication();
        } catch (Refusal unknown) {
            return false;
        }
    }
}
