package dev.lockstep.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What comes over a connection, until a deadline: bytes that come one by one do not put it off. Used by one thread. */
final class DeadlineInput extends InputStream {
    private final Socket connection;
    private final InputStream source;
    private long deadline;

    DeadlineInput(Socket connection) throws IOException {
        this.connection = connection;
        this.source = connection.getInputStream();
    }

    /** From now on, that much time is left. */
    DeadlineInput within(Duration limit) {
        deadline = System.nanoTime() + limit.toNanos();
        return this;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("the request did not arrive in time");
        }
        connection.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        return source.read(bytes, offset, length);
    }
}
