package dev.lockstep.it.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * Asks a daemon over its HTTP interface, as the command does, without starting a process for each question. HTTP 1.0 and a
 * connection for each question: a connection kept by the JDK for 127.0.0.1 would be one to whichever host was asked last.
 */
final class Control {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Control() {}

    /** The answer to {@code GET /api/v1/PATH}; empty when the daemon does not answer, or not with 200. */
    static Optional<JsonNode> get(Node node, String path) {
        try {
            List<String> endpoint = Files.readAllLines(node.onDisk(node.var() + "/control/endpoint"));
            if (endpoint.size() < 2) {
                return Optional.empty();
            }
            URI server = URI.create(endpoint.get(0));
            String request = "GET /api/v1/" + path + " HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n"
                    + "Authorization: Bearer " + endpoint.get(1) + "\r\n\r\n";
            return body(node.host().inside().call(() -> ask(server, request)));
        } catch (IOException | KitFailure noAnswer) {
            return Optional.empty();
        }
    }

    private static String ask(URI server, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Optional<JsonNode> body(String answer) throws JsonProcessingException {
        int end = answer.indexOf("\r\n\r\n");
        String head = answer.substring(0, Math.max(0, end));
        return head.startsWith("HTTP/1.") && head.contains(" 200 ")
                ? Optional.of(JSON.readTree(answer.substring(end)))
                : Optional.empty();
    }
}
