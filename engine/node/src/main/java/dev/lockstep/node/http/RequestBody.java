package dev.lockstep.node.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The body of a request, counted or in chunks. Who waits to be asked for it (curl does) is asked at the first read. */
final class RequestBody extends InputStream {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CHUNK_LINE = 1_000;
    private static final int TRAILERS_MAX = 100;

    private final InputStream in;
    private final OutputStream out;
    private final boolean chunked;
    private boolean toBeAsked;

    /** Bytes left of the body, or of the present chunk. */
    private long left;

    private boolean ended;

    /**
     * The body that follows a head.
     *
     * @param out where the client is asked for it
     */
    RequestBody(RequestHead head, InputStream in, OutputStream out) throws MalformedRequest {
        this.in = in;
        this.out = out;
        String coding = head.header("Transfer-Encoding").orElse("");
        String length = head.header("Content-Length").orElse("0");
        chunked = coding.equalsIgnoreCase("chunked");
        if (!coding.isEmpty() && (!chunked || head.header("Content-Length").isPresent())) {
            throw new MalformedRequest("Its body is neither counted nor chunked.");
        }
        if (!length.matches("[0-9]{1,15}")) {
            throw new MalformedRequest("Its Content-Length is no number.");
        }
        left = Long.parseLong(length);
        ended = !chunked && left == 0;
        toBeAsked = head.header("Expect").orElse("").equalsIgnoreCase("100-continue");
    }

    /** Whether all of it was read. */
    boolean ended() {
        return ended;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ended && toBeAsked) {
            toBeAsked = false;
            out.write(CONTINUE);
            out.flush();
        }
        if (!ended && chunked && left == 0) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int read = in.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new EOFException("the body of the request was cut off");
        }
        left -= read;
        if (left == 0) {
            if (chunked) {
                line();
            } else {
                ended = true;
            }
        }
        return read;
    }

    private void nextChunk() throws IOException {
        String size = line().split(";", 2)[0].strip();
        if (!size.matches("[0-9A-Fa-f]{1,12}")) {
            throw new IOException("a chunk of the body has no size");
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            for (int i = 0; i < TRAILERS_MAX && !line().isEmpty(); i++) {
                // trailers say nothing to us
            }
            ended = true;
        }
    }

    private String line() throws IOException {
        try {
            return RequestHead.line(in, CHUNK_LINE);
        } catch (MalformedRequest malformed) {
            throw new IOException("the chunks of the body are malformed", malformed);
        }
    }
}
