package dev.lockstep.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body in chunks, of any length. */
final class ChunkedBody extends FilterInputStream {
    private static final int HEXADECIMAL = 16;

    private long left;
    private boolean ended;

    ChunkedBody(InputStream source) {
        super(source);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0 && !ended) {
            String size = DaemonClient.line(in);
            left = Long.parseLong(size.strip(), HEXADECIMAL);
            ended = left == 0;
        }
        if (ended) {
            return -1;
        }
        int read = super.read(bytes, offset, (int) Math.min(left, length));
        if (read < 0) {
            throw new IOException("the answer ends early");
        }
        left -= read;
        if (left == 0) {
            DaemonClient.line(in);
        }
        return read;
    }
}
