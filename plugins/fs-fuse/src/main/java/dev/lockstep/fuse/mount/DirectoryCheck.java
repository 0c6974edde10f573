package dev.lockstep.fuse.mount;

import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.SystemCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether a directory can be intercepted here, with a sentence about what is missing and what to do. Changes nothing. */
public final class DirectoryCheck {
    private static final String OPERATION = "CHECK";
    private static final byte[] PROBE = "trusted.lockstep.id".getBytes(StandardCharsets.US_ASCII);
    private static final int HANDLE_CAPACITY = 128;

    private final SystemCalls calls;

    public DirectoryCheck(SystemCalls calls) {
        this.calls = calls;
    }

    /**
     * Checks.
     *
     * @return the directory without symbolic links on the way to it
     */
    public Path check(Path directory) throws IOException {
        if (calls.process().effectiveUser(OPERATION) != 0) {
            throw new IOException("interception of " + directory + " needs root; start the engine as root");
        }
        Optional<String> noDevice = FuseDevice.problem(FuseDevice.PATH);
        if (noDevice.isPresent()) {
            throw new IOException(noDevice.get());
        }
        if (!directory.isAbsolute() || directory.getNameCount() == 0) {
            throw new IOException("'" + directory + "' cannot be replicated; name an absolute path other than /");
        }
        Path parent = directory.normalize().getParent();
        if (!Files.isDirectory(parent)) {
            throw new IOException(directory + " does not exist; create it on both nodes");
        }
        Path real = parent.toRealPath().resolve(directory.normalize().getFileName());
        MountTable table = MountTable.read();
        boolean covered = checkMounts(table, real);
        if (!covered) {
            checkDirectory(real);
        }
        return real;
    }

    /** Whether a mount of ours covers the directory, which may be dead: then nothing below can be looked at. */
    private static boolean checkMounts(MountTable table, Path directory) throws IOException {
        List<MountEntry> at = table.entries().stream()
                .filter(entry -> entry.point().equals(directory.toString()))
                .toList();
        for (MountEntry entry : at) {
            if (!entry.isLockstep() && !table.isGuard(entry)) {
                throw new IOException(directory + " is a mount point (" + entry.type()
                        + "); replicate a directory inside it instead");
            }
        }
        if (table.around(directory).map(MountEntry::readOnly).orElse(false)) {
            throw new IOException(directory + " lies on a file system that is mounted read-only; mount it read-write");
        }
        List<MountEntry> below = table.below(directory);
        if (!below.isEmpty()) {
            throw new IOException(below.getFirst().point() + " is mounted inside " + directory
                    + ": what lies there would not be replicated; unmount it");
        }
        return at.stream().anyMatch(MountEntry::isLockstep);
    }

    /** Containers often forbid it. */
    private void checkOpening(Path directory, int descriptor, MemorySegment handle) throws IOException {
        int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
        int opened = calls.files().openByHandle(OPERATION, descriptor, handle, flags);
        if (opened == -Errno.EPERM) {
            throw new IOException(directory + " cannot be worked on: the engine may not open files by their handles"
                    + " (open_by_handle_at). It needs CAP_DAC_READ_SEARCH, and a container must not filter that call"
                    + " (systemd-nspawn: --system-call-filter=open_by_handle_at)");
        }
        if (opened >= 0) {
            calls.files().close(OPERATION, opened);
        }
    }

    private void checkDirectory(Path directory) throws IOException {
        if (Files.isSymbolicLink(directory)) {
            throw new IOException(directory + " is a symbolic link; name the directory it leads to");
        }
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(directory + " does not exist; create it on both nodes");
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(directory + " is not a directory");
        }
        int descriptor = calls.files()
                .open(
                        OPERATION,
                        AtFlags.FDCWD,
                        directory.toString().getBytes(StandardCharsets.UTF_8),
                        OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC,
                        0);
        if (descriptor < 0) {
            throw new IOException(directory + " cannot be opened, errno " + -descriptor);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(HANDLE_CAPACITY + 8L, 8);
            buffer.set(ValueLayout.JAVA_INT, 0, HANDLE_CAPACITY);
            int handle = calls.files().nameToHandle(OPERATION, descriptor, new byte[0], buffer);
            if (handle >= 0) {
                checkOpening(directory, descriptor, buffer);
            }
            int label = calls.attributes().getAttribute(OPERATION, descriptor, PROBE, buffer, 0, Long.BYTES);
            if (handle < 0 || label == -Errno.EOPNOTSUPP) {
                throw new IOException("the file system of " + directory + " has no "
                        + (handle < 0 ? "file handles" : "trusted extended attributes")
                        + "; use a directory on ext4, xfs or btrfs");
            }
        } finally {
            calls.files().close(OPERATION, descriptor);
        }
    }
}
