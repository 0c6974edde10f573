package dev.lockstep.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A daemon that notes what it is asked and answers what the test laid ready, else 200 and {@code ok}. */
final class FakeDaemon implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Thread serving;
    private final List<String> asked = new ArrayList<>();
    private final Deque<byte[]> answers = new ArrayDeque<>();

    FakeDaemon(Path var) throws IOException {
        Path control = Files.createDirectories(var.resolve("control"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(control.resolve("socket")));
        Files.writeString(control.resolve("endpoint"), "unix:" + control.resolve("socket") + "\nhttp://127.0.0.1:1\n");
        serving = Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        while (true) {
            try (SocketChannel client = server.accept()) {
                byte[] answer = next(request(Channels.newInputStream(client)));
                ByteBuffer left = ByteBuffer.wrap(answer);
                while (left.hasRemaining()) {
                    client.write(left);
                }
            } catch (ClosedChannelException ended) {
                return;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private static String request(InputStream input) throws IOException {
        String[] first = line(input).split(" ", -1);
        int length = 0;
        String json = "";
        for (String header = line(input); !header.isEmpty(); header = line(input)) {
            if (header.startsWith("Content-Length: ")) {
                length = Integer.parseInt(header.substring("Content-Length: ".length()));
            }
            json = header.equals("Accept: application/json") ? " json" : json;
        }
        String body = new String(input.readNBytes(length), StandardCharsets.UTF_8);
        return first[0] + " " + first[1] + (body.isEmpty() ? "" : " <" + body + ">") + json;
    }

    private static String line(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.US_ASCII).strip();
    }

    private synchronized byte[] next(String request) {
        asked.add(request.replace("/api/v1/", ""));
        return answers.isEmpty() ? counted(200, 0, "ok\n") : answers.poll();
    }

    private static byte[] counted(int status, int exit, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return ("HTTP/1.1 " + status + " Status\r\nLockstep-Exit: " + exit + "\r\nContent-Length: " + bytes.length
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    synchronized FakeDaemon answer(int status, int exit, String body) {
        answers.add(counted(status, exit, body));
        return this;
    }

    synchronized FakeDaemon stream(String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return raw("HTTP/1.1 200 OK\r\nLockstep-Exit: 0\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(length) + "\r\n" + body + "\r\n0\r\n\r\n");
    }

    synchronized FakeDaemon raw(String answer) {
        answers.add(answer.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        try {
            server.close();
            // whoever connects before it has left would still be answered
            serving.join();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
