package dev.lockstep.replication.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The state directory on a real disk. */
public final class DiskStateIo implements StateIo {
    private static final String TEMPORARY = ".new";

    private final Path directory;

    /**
     * Uses a directory, made if missing.
     *
     * @throws IOException if it cannot be made
     */
    public DiskStateIo(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    @Override
    public List<String> list(String operation) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(TEMPORARY))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Optional<byte[]> read(String operation, String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(directory.resolve(name)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    @Override
    public void replace(String operation, String name, byte[] content) throws IOException {
        Path temporary = directory.resolve(name + TEMPORARY);
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeAll(channel, 0, ByteBuffer.wrap(content));
            channel.force(true);
        }
        move(temporary, directory.resolve(name));
        forceDirectory();
    }

    @Override
    public void rename(String operation, String name, String newName) throws IOException {
        move(directory.resolve(name), directory.resolve(newName));
        forceDirectory();
    }

    @Override
    public void delete(String operation, List<String> names) throws IOException {
        for (String name : names) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    @Override
    public Appender create(String operation, String name) throws IOException {
        DiskAppender appender = new DiskAppender(directory.resolve(name));
        forceDirectory();
        return appender;
    }

    @Override
    public Appender open(String operation, String name) throws IOException {
        return DiskAppender.existing(directory.resolve(name));
    }

    private static void writeAll(FileChannel channel, long offset, ByteBuffer bytes) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system of " + to + " cannot replace a file in one step", e);
        }
    }

    /** A directory can be opened and forced on POSIX systems; where it cannot, names are durable with the file. */
    private void forceDirectory() throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
