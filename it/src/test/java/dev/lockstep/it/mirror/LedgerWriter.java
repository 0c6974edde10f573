package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** An application that overwrites one file, block after block, and flushes each time: it needs no room. */
final class LedgerWriter implements AutoCloseable {
    private static final int FILE_BYTES = 1 << 20;
    private static final int BLOCK = 4096;

    /** A write that hangs is not waited for. */
    private static final Duration END = Duration.ofSeconds(5);

    private final Node node;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private Thread thread;
    private volatile boolean over;
    private volatile String refused = "";

    private LedgerWriter(Node node) {
        this.node = node;
    }

    /** Makes the file it overwrites, on disk. */
    static void layOut(Node node, Mirror mirror) throws IOException {
        Path ledger = file(node, mirror);
        Files.write(ledger, new byte[FILE_BYTES]);
        try (FileChannel channel = FileChannel.open(ledger, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static Path file(Node node, Mirror mirror) {
        return node.path(mirror.directory() + "/ledger");
    }

    /** Begins to write on a node. */
    static LedgerWriter start(Node node, Mirror mirror) {
        LedgerWriter writer = new LedgerWriter(node);
        Path file = file(node, mirror);
        writer.thread = Thread.ofVirtual().start(() -> writer.write(file));
        return writer;
    }

    private void write(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; !over; i++) {
                channel.write(ByteBuffer.allocate(BLOCK), (long) i % (FILE_BYTES / BLOCK) * BLOCK);
                channel.force(false);
                acknowledged.incrementAndGet();
            }
        } catch (IOException failure) {
            refused = failure.toString();
        }
    }

    /** How many writes were answered. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** What the application was refused; empty as long as nothing was. */
    String refused() {
        return refused;
    }

    /** Waits until it is answered again, without an error before. */
    void goesOn() {
        int before = acknowledged.get();
        Patience.until(
                "the application to be answered",
                Cluster.SOON,
                () -> acknowledged.get() > before + 10,
                () -> refused + " " + node.view());
        assertEquals("", refused);
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join(END);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
