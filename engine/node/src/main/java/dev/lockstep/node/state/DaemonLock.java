package dev.lockstep.node.state;

import dev.lockstep.node.StartRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** At most one daemon works with a state directory. The operating system gives the lock back when the daemon ends, however. */
public final class DaemonLock implements AutoCloseable {
    private final FileChannel channel;

    private DaemonLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a state directory.
     *
     * @throws StartRefused if another daemon has it, or the directory cannot be used
     */
    public static DaemonLock take(Path stateDirectory) throws StartRefused {
        Path file = stateDirectory.resolve("control").resolve("daemon.lock");
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel)) {
                channel.truncate(0);
                channel.write(
                        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
                return new DaemonLock(channel);
            }
            String holder = Files.readString(file, StandardCharsets.US_ASCII).strip();
            channel.close();
            throw new StartRefused("Another daemon (process " + (holder.isEmpty() ? "unknown" : holder)
                    + ") works with the state directory " + stateDirectory
                    + ". Stop it first, or set LOCKSTEP_VAR to another directory.");
        } catch (IOException failure) {
            throw new StartRefused(
                    "The state directory " + stateDirectory + " cannot be used: "
                            + new StateDisk(stateDirectory).advise(failure, "Create it for root, or set LOCKSTEP_VAR."),
                    failure);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException("the daemon lock could not be given back", failure);
        }
    }
}
