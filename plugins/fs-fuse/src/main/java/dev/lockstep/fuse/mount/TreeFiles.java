package dev.lockstep.fuse.mount;

import dev.lockstep.api.fs.TreeDefinition;
import dev.lockstep.fuse.tree.KeptIds;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The files kept about one tree: a lock, so that no two engines take hold of it, which directory it is, the checkpoint, the
 * connection's number.
 */
final class TreeFiles implements AutoCloseable {
    private final TreeDefinition definition;
    private final FileChannel lock;

    private TreeFiles(TreeDefinition definition, FileChannel lock) {
        this.definition = definition;
        this.lock = lock;
    }

    /** Takes the lock of a tree. */
    static TreeFiles lock(TreeDefinition definition) throws IOException {
        Files.createDirectories(
                definition.runtimeDirectory(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = definition.stateDirectory().resolve("tree-" + definition.tree() + ".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return new TreeFiles(definition, channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(definition, e);
        }
        channel.close();
        throw inUse(definition, null);
    }

    private static IOException inUse(TreeDefinition definition, Exception cause) {
        return new IOException(
                definition.directory() + " is in the hands of another engine; stop that one first", cause);
    }

    Path checkpoint() {
        return definition.stateDirectory().resolve("tree-" + definition.tree() + ".checkpoint");
    }

    /** The ids of objects that have no room for a label. */
    KeptIds keptIds() throws IOException {
        return KeptIds.read(definition.stateDirectory().resolve("tree-" + definition.tree() + ".ids"));
    }

    /**
     * Whether this is another directory than {@link #rememberRoot} was last told of. The handle alone does not tell the root of a
     * new file system from the root of the old one; that a directory was offered before, its label does.
     */
    boolean isReplaced(String rootHandle, boolean labelled) throws IOException {
        return Files.exists(root()) && !(labelled && Files.readString(root()).equals(rootHandle));
    }

    /** Remembers, durably, which directory this tree is. */
    void rememberRoot(String rootHandle) throws IOException {
        if (Files.exists(root()) && Files.readString(root()).equals(rootHandle)) {
            return;
        }
        Path fresh = root().resolveSibling(root().getFileName() + ".new");
        Files.writeString(fresh, rootHandle);
        force(fresh, StandardOpenOption.WRITE);
        Files.move(fresh, root(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(definition.stateDirectory(), StandardOpenOption.READ);
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    private Path root() {
        return definition.stateDirectory().resolve("tree-" + definition.tree() + ".root");
    }

    /** Where the number of the FUSE connection stands, for a watchdog outside the engine. */
    Path connection() {
        return definition.runtimeDirectory().resolve("tree-" + definition.tree() + ".connection");
    }

    /** Writes the file a watchdog reads: what to write to in order to abort the connection. */
    void describeConnection(Optional<String> minor) throws IOException {
        if (minor.isPresent()) {
            Files.writeString(connection(), "/sys/fs/fuse/connections/" + minor.get() + "/abort\n");
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
