package dev.lockstep.node.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whoever has the port of the health address keeps it only as long as he has it. */
class HealthAddressTest {
    private static final Door.Bounds BOUNDS =
            new Door.Bounds(4, Duration.ofSeconds(30), Optional.of(Duration.ofSeconds(30)), 0);

    @Test
    void givenAPortThatSomebodyHas_whenHeLetsItGo_thenTheAddressAnswersThere() throws Exception {
        ServerSocket holder = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        try (HealthAddress address = HealthAddress.open(
                        holder.getLocalPort(), BOUNDS, exchange -> exchange.answer(204, new byte[0]));
                HttpClient client = HttpClient.newHttpClient()) {
            assertEquals(holder.getLocalPort(), address.port());
            holder.close();
            URI there = URI.create("http://127.0.0.1:" + address.port() + "/");
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> client.send(HttpRequest.newBuilder(there).build(), BodyHandlers.discarding())
                                    .statusCode()
                            == 204);
        } finally {
            holder.close();
        }
    }
}
