package dev.lockstep.node.hooks;

import dev.lockstep.api.words.Counted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What one call of a hook prints: up to a limit it goes on, beyond it is counted and dropped. Never fails towards the hook; a disk that
 * refuses counts as the limit. Thread-safe, because the processes of a hook print from threads of their own.
 */
public final class BoundedOutput extends OutputStream {
    private final OutputStream target;
    private long left;
    private long dropped;
    private boolean closed;

    /** Passes on at most {@code limitBytes} to {@code target}. */
    public BoundedOutput(OutputStream target, long limitBytes) {
        this.target = target;
        this.left = limitBytes;
    }

    @Override
    public synchronized void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int taken = closed ? 0 : (int) Math.min(left, length);
        try {
            target.write(bytes, offset, taken);
            left -= taken;
            dropped += length - taken;
        } catch (IOException refused) {
            left = 0;
            dropped += length;
        }
    }

    @Override
    public synchronized void flush() {
        // nothing is kept back
    }

    /** Writes how much was dropped and closes; what is printed later is dropped. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (target) {
            if (dropped > 0) {
                target.write(
                        ("\n[" + Counted.of(dropped, "more byte was", "more bytes were") + " printed and dropped]\n")
                                .getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
