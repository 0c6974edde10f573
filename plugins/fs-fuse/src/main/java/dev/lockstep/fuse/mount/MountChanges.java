package dev.lockstep.fuse.mount;

import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The mounts of this process's namespace. The kernel tells by poll(2) when they change (proc_pid_mountinfo(5)). */
final class MountChanges implements MountWatch.Source {
    private static final String OPERATION = "MOUNT-WATCH";
    private static final byte[] TABLE = "/proc/self/mountinfo".getBytes(StandardCharsets.US_ASCII);
    private static final int NONE = -1;

    private final FileCalls files;
    /** Of the thread that waits. */
    private int table = NONE;

    MountChanges(FileCalls files) {
        this.files = files;
    }

    @Override
    public MountTable read() throws IOException {
        return MountTable.read();
    }

    @Override
    public void awaitChange(Duration limit) throws IOException {
        if (table == NONE) {
            int opened = files.open(OPERATION, AtFlags.FDCWD, TABLE, OpenFlags.RDONLY | OpenFlags.CLOEXEC, 0);
            if (opened < 0) {
                throw new IOException("the table of mounts cannot be opened, errno " + -opened);
            }
            // What changed before this was opened is not told: look again.
            table = opened;
            return;
        }
        files.poll(OPERATION, table, FileCalls.POLL_URGENT, (int) limit.toMillis());
    }

    @Override
    public void close() {
        if (table != NONE) {
            files.close(OPERATION, table);
            table = NONE;
        }
    }
}
