package dev.lockstep.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request and its one answer; the connection ends with it. */
final class Exchange {
    private final RequestHead head;
    private final InputStream body;
    private final OutputStream out;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private boolean answered;

    Exchange(RequestHead head, InputStream body, OutputStream out) {
        this.head = head;
        this.body = body;
        this.out = out;
    }

    /** What is asked. */
    RequestHead head() {
        return head;
    }

    /** The body of the request. */
    InputStream body() {
        return body;
    }

    /** Sets a header of the answer. */
    void set(String name, String value) {
        headers.put(name, value);
    }

    /** Whether the answer was begun. */
    boolean answered() {
        return answered;
    }

    /** Answers with all of a body. */
    void answer(int status, byte[] content) throws IOException {
        set("Content-Length", String.valueOf(content.length));
        begin(status);
        if (!head.method().equals("HEAD")) {
            out.write(content);
        }
        out.flush();
    }

    /** Begins an answer whose body is written piece by piece and ends when it is closed. */
    OutputStream stream(int status) throws IOException {
        boolean chunked = head.version().equals("HTTP/1.1");
        if (chunked) {
            set("Transfer-Encoding", "chunked");
        }
        begin(status);
        out.flush();
        return chunked ? new ChunkedOutput(out) : out;
    }

    private void begin(int status) throws IOException {
        answered = true;
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " " + phrase(status) + "\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        text.append("Connection: close\r\n\r\n");
        out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> "Answer";
        };
    }

    /** Each write is a chunk. */
    private static final class ChunkedOutput extends OutputStream {
        private static final byte[] LINE_END = {'\r', '\n'};
        private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        private final OutputStream out;
        private boolean closed;

        private ChunkedOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(bytes, offset, length);
                out.write(LINE_END);
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                out.write(LAST);
                out.flush();
            }
        }
    }
}
