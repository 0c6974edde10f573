package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tries the disk below a covered directory with a file that has no name, which nobody sees and which goes with the engine. The same
 * block is written again and again: that needs no room, and no journal.
 */
public final class DiskProbe implements AutoCloseable {
    private static final String OPERATION = "DISK-PROBE";
    private static final byte[] HERE = ".".getBytes(StandardCharsets.US_ASCII);
    private static final int BLOCK = 4096;
    private static final int NONE = -1;

    /** What a disk, or a file system that gave up for its sake, answers; everything else is about something else. */
    private static final Set<Integer> DISK_ERRORS =
            Set.of(Errno.EIO, Errno.ENXIO, Errno.ENODEV, Errno.EROFS, Errno.EBADMSG, Errno.ESHUTDOWN, Errno.EUCLEAN);

    private final FileCalls files;
    private final int root;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closed;

    // guarded by lock
    private int file = NONE;

    /** For the file system on which the directory behind a descriptor lies. */
    public DiskProbe(FileCalls files, int root) {
        this.files = files;
        this.root = root;
    }

    /** Writes and flushes; an error of the disk is thrown. */
    public void run() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                attempt();
            }
        } finally {
            if (closed) {
                release();
            }
            lock.unlock();
        }
    }

    private void attempt() throws IOException {
        if (file == NONE) {
            int opened =
                    files.open(OPERATION, root, HERE, OpenFlags.TMPFILE | OpenFlags.RDWR | OpenFlags.CLOEXEC, 0600);
            check("opening a file", opened);
            file = opened < 0 ? NONE : opened;
        }
        if (file == NONE) {
            // This file system has no files without a name: the flush of a directory has to do.
            flushRoot();
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(BLOCK);
            check("writing a block", files.pwrite(OPERATION, file, block, 0, BLOCK, 0));
        }
        check("flushing a block", files.fdatasync(OPERATION, file));
    }

    private void flushRoot() throws IOException {
        int directory =
                files.open(OPERATION, root, HERE, OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC, 0);
        check("opening the directory", directory);
        if (directory >= 0) {
            try {
                check("flushing the directory", files.fsync(OPERATION, directory));
            } finally {
                files.close(OPERATION, directory);
            }
        }
    }

    private static void check(String what, long result) throws IOException {
        if (result < 0 && DISK_ERRORS.contains((int) -result)) {
            throw new IOException(what + " failed with errno " + -result);
        }
    }

    private void release() {
        if (file != NONE) {
            files.close(OPERATION, file);
            file = NONE;
        }
    }

    /** Lets go of the file; an attempt that is under way does it when it ends. */
    @Override
    public void close() {
        closed = true;
        if (lock.tryLock()) {
            try {
                release();
            } finally {
                lock.unlock();
            }
        }
    }
}
