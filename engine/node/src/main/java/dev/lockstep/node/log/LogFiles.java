package dev.lockstep.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The files of one log: {@code module.log} and its predecessors {@code module.log.1} (younger) and up. Lines are appended; a file that
 * has grown enough becomes a predecessor and the oldest one goes. One thread at a time.
 */
final class LogFiles implements AutoCloseable {
    /** Size at which a file becomes a predecessor, in bytes. */
    static final long FILE_BYTES = 8L << 20;

    /** Predecessors kept: with the size above a module has at most 40 MiB of log. */
    static final int PREDECESSORS = 4;

    private static final int BLOCK_BYTES = 64 << 10;

    private final Path file;
    private final long fileBytes;
    private FileChannel channel;

    LogFiles(Path file, long fileBytes) throws IOException {
        this.file = file;
        this.fileBytes = fileBytes;
        Files.createDirectories(file.getParent());
        channel = open();
        endTornLine();
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** A crash may have left half a line: the next one starts on a line of its own. */
    private void endTornLine() throws IOException {
        long size = channel.size();
        channel.position(size);
        if (size > 0) {
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.read(last, size - 1);
            if (last.get(0) != '\n') {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
        }
    }

    /**
     * Appends lines.
     *
     * @throws IOException if the disk refuses; the file has none of them then, as far as the disk lets it be cut
     */
    void append(List<LogLine> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(LogFormat.stored(line)).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        rotateOrReopen();
        long before = channel.position();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException failure) {
            takeBack(before, failure);
            throw failure;
        }
    }

    /** What cannot be cut off is overwritten by the next lines. */
    private void takeBack(long before, IOException failure) {
        try {
            channel.position(before);
            channel.truncate(before);
        } catch (IOException kept) {
            failure.addSuppressed(kept);
        }
    }

    /** A rotation that the disk refused may have left no open file. */
    private void rotateOrReopen() throws IOException {
        if (!channel.isOpen()) {
            channel = open();
            endTornLine();
        }
        if (channel.position() >= fileBytes) {
            rotate();
        }
    }

    private void rotate() throws IOException {
        channel.close();
        for (int i = PREDECESSORS - 1; i >= 1; i--) {
            if (Files.exists(predecessor(i))) {
                Files.move(predecessor(i), predecessor(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, predecessor(1), StandardCopyOption.REPLACE_EXISTING);
        channel = open();
    }

    private Path predecessor(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    /** The last lines that are wanted, oldest first. */
    List<LogLine> tail(int count, Predicate<LogLine> wanted) throws IOException {
        Deque<LogLine> found = new ArrayDeque<>();
        for (int i = 0; i <= PREDECESSORS && found.size() < count; i++) {
            Path source = i == 0 ? file : predecessor(i);
            if (Files.exists(source)) {
                try (FileChannel reading = FileChannel.open(source, StandardOpenOption.READ)) {
                    readBackwards(reading, count, wanted, found);
                }
            }
        }
        return new ArrayList<>(found);
    }

    private static void readBackwards(FileChannel source, int count, Predicate<LogLine> wanted, Deque<LogLine> found)
            throws IOException {
        byte[] carried = new byte[0];
        long end = source.size();
        while (end > 0 && found.size() < count) {
            int length = (int) Math.min(BLOCK_BYTES, end);
            ByteBuffer block = ByteBuffer.allocate(length + carried.length);
            block.limit(length);
            while (block.hasRemaining() && source.read(block, end - length + block.position()) >= 0) {
                // until the block is full; a file that shrinks meanwhile ends it
            }
            block.limit(block.capacity()).position(length);
            block.put(carried);
            byte[] bytes = block.array();
            end -= length;
            int lineEnd = bytes.length;
            for (int i = bytes.length - 1; i >= 0 && found.size() < count; i--) {
                if (bytes[i] == '\n') {
                    keep(bytes, i + 1, lineEnd, wanted, found);
                    lineEnd = i;
                }
            }
            carried = java.util.Arrays.copyOf(bytes, lineEnd);
        }
        if (end == 0 && found.size() < count) {
            keep(carried, 0, carried.length, wanted, found);
        }
    }

    private static void keep(byte[] bytes, int from, int to, Predicate<LogLine> wanted, Deque<LogLine> found) {
        if (to > from) {
            LogFormat.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8))
                    .filter(wanted)
                    .ifPresent(found::addFirst);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
