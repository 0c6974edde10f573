package dev.lockstep.node.store;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Keeps the end of what is printed. Thread-safe; never fails. */
final class LastLines extends OutputStream {
    private static final int BYTES = 4 << 10;
    private static final int LINES = 10;

    private final byte[] ring = new byte[BYTES];
    private long printed;

    @Override
    public synchronized void write(int b) {
        ring[(int) (printed++ % BYTES)] = (byte) b;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
            ring[(int) (printed++ % BYTES)] = bytes[offset + i];
        }
    }

    /** The last lines with something in them, shown as they may be on any terminal. */
    synchronized List<String> lines() {
        int kept = (int) Math.min(printed, BYTES);
        byte[] end = new byte[kept];
        for (int i = 0; i < kept; i++) {
            end[i] = ring[(int) ((printed - kept + i) % BYTES)];
        }
        List<String> lines = new String(end, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .map(Shown::plain)
                .toList();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    }
}
