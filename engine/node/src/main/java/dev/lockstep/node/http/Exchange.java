package dev.lockstep.node.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One request and its answer, in HTTP/1.1. There is one for each connection, which ends with it: whoever asks is on this host, or a
 * load balancer that asks every few seconds. Used by one thread.
 */
final class Exchange {
    private static final int LINE_BYTES = 8 << 10;
    private static final int HEADERS = 64;

    private final String method;
    private final String path;
    private final Optional<String> query;
    private final Map<String, String> headers;
    private final InputStream body;
    private final OutputStream target;
    private final Map<String, String> answerHeaders = new LinkedHashMap<>();
    private boolean answered;

    private Exchange(
            String method, String path, Optional<String> query, Map<String, String> headers, Connection connection)
            throws Malformed {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.target = connection.output();
        this.body = new CountedBody(connection.input(), length(headers));
    }

    /** A request that is none, with the status that says so. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        Malformed(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** The two directions of a connection. */
    record Connection(InputStream input, OutputStream output) {}

    /**
     * Reads the head of a request; the body is read by who answers.
     *
     * @throws Malformed if it is none, or larger than it may be
     */
    static Exchange read(Connection connection) throws IOException, Malformed {
        String[] first = line(connection.input()).split(" ", -1);
        if (first.length != 3 || !first[2].startsWith("HTTP/1.") || !first[1].startsWith("/")) {
            throw new Malformed(400, "no request");
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(connection.input()); !line.isEmpty(); line = line(connection.input())) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() >= HEADERS) {
                throw new Malformed(431, "no header, or too many");
            }
            headers.putIfAbsent(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int question = first[1].indexOf('?');
        Exchange exchange = new Exchange(
                first[0],
                question < 0 ? first[1] : first[1].substring(0, question),
                question < 0 ? Optional.empty() : Optional.of(first[1].substring(question + 1)),
                headers,
                connection);
        if (exchange.header("Expect").filter("100-continue"::equalsIgnoreCase).isPresent()) {
            exchange.target.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            exchange.target.flush();
        }
        return exchange;
    }

    private static String line(InputStream input) throws IOException, Malformed {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) {
                throw new IOException("the connection ended in the middle of a request");
            }
            if (line.size() >= LINE_BYTES) {
                throw new Malformed(431, "a line is too long");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static long length(Map<String, String> headers) throws Malformed {
        if (headers.containsKey("transfer-encoding")) {
            throw new Malformed(411, "a body without its length");
        }
        String length = headers.getOrDefault("content-length", "0");
        if (!length.matches("[0-9]{1,15}")) {
            throw new Malformed(400, "no length");
        }
        return Long.parseLong(length);
    }

    String method() {
        return method;
    }

    /** The path, encoded as it came. */
    String path() {
        return path;
    }

    /** What follows the question mark, encoded as it came. */
    Optional<String> query() {
        return query;
    }

    /** A header of the request. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The body; ends after the bytes that were announced. */
    InputStream body() {
        return body;
    }

    /** Reads what is left of the body, up to a bound. */
    void drain(long limitBytes) throws IOException {
        byte[] dropped = new byte[LINE_BYTES];
        long left = limitBytes;
        for (int read = body.read(dropped); read >= 0 && left > 0; read = body.read(dropped)) {
            left -= read;
        }
    }

    /** Adds a header to the answer. */
    void answerHeader(String name, String value) {
        answerHeaders.put(name, value);
    }

    /** Whether the answer was begun. */
    boolean isAnswered() {
        return answered;
    }

    /** Answers with content of known length. */
    void answer(int status, byte[] content) throws IOException {
        answerHeader("Content-Length", Integer.toString(content.length));
        begin(status);
        if (!method.equals("HEAD")) {
            target.write(content);
        }
        target.flush();
    }

    /** Answers with content that is written to the returned stream, which is closed by the caller. */
    OutputStream answer(int status) throws IOException {
        answerHeader("Transfer-Encoding", "chunked");
        begin(status);
        return new ChunkedOutput(target);
    }

    /** Answers what is no request. */
    static void refuse(Malformed malformed, OutputStream target) throws IOException {
        target.write(("HTTP/1.1 " + malformed.status() + " " + reason(malformed.status())
                        + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        target.flush();
    }

    private void begin(int status) throws IOException {
        answered = true;
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + reason(status) + "\r\n");
        answerHeaders.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Connection: close\r\n\r\n");
        target.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 411 -> "Length Required";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
