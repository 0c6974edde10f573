package dev.lockstep.node.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request: ends after the bytes that were announced, and fails when the connection ends before. */
final class CountedBody extends FilterInputStream {
    private long left;

    CountedBody(InputStream source, long length) {
        super(source);
        left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = super.read(bytes, offset, (int) Math.min(left, length));
        if (read < 0) {
            throw new IOException("the body of the request ends early");
        }
        left -= read;
        return read;
    }
}
