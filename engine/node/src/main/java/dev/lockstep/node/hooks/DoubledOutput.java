package dev.lockstep.node.hooks;

import java.io.IOException;
import java.io.OutputStream;

/** Output that goes to two places. Thread-safe, because the processes of a hook print from threads of their own; closes neither. */
final class DoubledOutput extends OutputStream {
    private final OutputStream one;
    private final OutputStream other;

    DoubledOutput(OutputStream one, OutputStream other) {
        this.one = one;
        this.other = other;
    }

    @Override
    public synchronized void write(int single) throws IOException {
        one.write(single);
        other.write(single);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        one.write(bytes, offset, length);
        other.write(bytes, offset, length);
    }
}
