package dev.lockstep.it.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Asks a daemon over its Unix socket, as the command does, without starting a process for each question. */
final class Control {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Control() {}

    /** The answer to {@code GET /api/v1/PATH}; empty when the daemon does not answer, or not with 200. */
    static Optional<JsonNode> get(Node node, String path) {
        try {
            String request = "GET /api/v1/" + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n";
            return body(ask(node.host().path(node.var() + "/control/socket"), request));
        } catch (IOException noAnswer) {
            return Optional.empty();
        }
    }

    private static String ask(Path daemon, String request) throws IOException {
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector answered = Selector.open()) {
            socket.configureBlocking(false);
            socket.connect(UnixDomainSocketAddress.of(daemon));
            socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            socket.register(answered, SelectionKey.OP_READ);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer part = ByteBuffer.allocate(8_192);
            while (answered.select(PATIENCE_MILLIS) > 0 && socket.read(part) >= 0) {
                answered.selectedKeys().clear();
                answer.write(part.array(), 0, part.position());
                part.clear();
            }
            return answer.toString(StandardCharsets.UTF_8);
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
