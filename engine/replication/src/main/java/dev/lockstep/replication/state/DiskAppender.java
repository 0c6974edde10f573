package dev.lockstep.replication.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file being written. The thread of an application's write may be interrupted while it writes here, and Java closes a channel
 * then: the file is opened again and the step repeated, for the file belongs to all threads. Not thread-safe.
 */
final class DiskAppender implements StateIo.Appender {
    private final Path file;
    private FileChannel channel;

    private DiskAppender(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Creates the file, empty. */
    DiskAppender(Path file) throws IOException {
        this(
                file,
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE));
    }

    /** Opens a file that exists, with what it has. */
    static DiskAppender existing(Path file) throws IOException {
        return new DiskAppender(file, FileChannel.open(file, StandardOpenOption.WRITE));
    }

    private interface Step {
        void run() throws IOException;
    }

    @Override
    public void write(String operation, long offset, ByteBuffer bytes) throws IOException {
        int start = bytes.position();
        uninterrupted(() -> {
            bytes.position(start);
            long at = offset;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        });
    }

    @Override
    public void force(String operation) throws IOException {
        uninterrupted(() -> channel.force(false));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void uninterrupted(Step step) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            boolean done = false;
            while (!done) {
                try {
                    step.run();
                    done = true;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    channel = FileChannel.open(file, StandardOpenOption.WRITE);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
