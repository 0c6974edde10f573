package dev.lockstep.node.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A small file that can be replaced on a file system that is full: beside it lies a spare file that has its blocks already. The new
 * content goes into the spare, the two change names, and the old file is the next spare. A crash at any instruction leaves
 * the old content or the new one, whole. Not for secrets: the spare keeps what was there before.
 */
final class ReservedFile {
    /** A block of the file system. */
    private static final int SPARE_BYTES = 4096;

    private final Path file;
    private final Path spare;
    private final Path former;

    /** The exchange of names may not be on disk yet: the spare may be what the disk has under the name of the file. */
    private boolean unforced = true;

    ReservedFile(Path file) {
        this.file = file;
        this.spare = file.resolveSibling(file.getFileName() + ".spare");
        this.former = file.resolveSibling(file.getFileName() + ".former");
    }

    /**
     * Replaces the content.
     *
     * @throws IOException if the disk refuses; the old content is still there then, unless only the last force failed
     */
    void replace(byte[] content) throws IOException {
        Files.deleteIfExists(former);
        boolean reserved = Files.exists(spare);
        if (reserved && unforced) {
            forceDirectory();
        }
        write(spare, content);
        boolean replaces = Files.exists(file);
        unforced = true;
        if (replaces) {
            Files.createLink(former, file);
        }
        Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (replaces) {
            Files.move(former, spare, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        forceDirectory();
        if (!reserved || !replaces) {
            reserve();
        }
    }

    private void forceDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        unforced = false;
    }

    /** What is there now is enough for the present; without room for a spare the next content needs room when it comes. */
    private void reserve() {
        try {
            write(spare, new byte[SPARE_BYTES]);
        } catch (IOException full) {
            // The content is on disk. That nothing is reserved shows when something cannot be stored, with the reason.
            deleteQuietly(spare);
        }
    }

    private static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException kept) {
            // A spare that is too short is as good as none.
        }
    }

    /** Over what the file has already, so that it takes no more room; what is left over is cut off. */
    private static void write(Path path, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            channel.truncate(content.length);
            channel.force(true);
        }
    }
}
