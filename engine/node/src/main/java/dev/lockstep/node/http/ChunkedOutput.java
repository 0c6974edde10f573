package dev.lockstep.node.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The body of an answer in chunks: its end is told, so that a client knows one that was cut off. */
final class ChunkedOutput extends FilterOutputStream {
    private boolean closed;

    ChunkedOutput(OutputStream target) {
        super(target);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            line(Integer.toHexString(length));
            out.write(bytes, offset, length);
            line("");
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            line("0");
            line("");
            out.flush();
        }
    }

    private void line(String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
