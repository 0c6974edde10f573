package dev.lockstep.fuse.mount;

import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.MountCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Puts mounts over a directory and takes them away. */
final class Covering {
    private static final String OPERATION = "MOUNT";

    private final MountCalls mounts;
    private final FileCalls files;
    private final Path directory;
    private final byte[] path;

    Covering(MountCalls mounts, FileCalls files, Path directory) {
        this.mounts = mounts;
        this.files = files;
        this.directory = directory;
        path = directory.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Takes away the FUSE mounts an engine left that is gone: their connections are aborted, whoever holds their files gets
     * errors.
     *
     * @return whether there were any
     */
    boolean removeFuse() throws IOException {
        boolean found = false;
        Optional<MountEntry> top = MountTable.read().top(directory);
        while (top.isPresent() && top.get().isLockstep()) {
            found = true;
            removeTop();
            Optional<MountEntry> next = MountTable.read().top(directory);
            if (next.equals(top)) {
                throw new IOException(
                        "the FUSE mount at " + directory + " cannot be removed; try 'umount -l " + directory + "'");
            }
            top = next;
        }
        return found;
    }

    private void removeTop() throws IOException {
        // Forced: aborts the connection, for every namespace and every open file. That it is busy then is no surprise.
        int forced = mounts.unmount(OPERATION, path, MountCalls.FORCE);
        if (forced < 0) {
            int detached = mounts.unmount(OPERATION, path, MountCalls.DETACH);
            if (detached < 0 && detached != -Errno.EINVAL) {
                throw failure("unmounting", detached);
            }
        }
    }

    /** Whether a guard is in place, which must be the uppermost mount then. */
    boolean isGuarded() throws IOException {
        MountTable table = MountTable.read();
        return table.top(directory).map(table::isGuard).orElse(false);
    }

    /** Whether nothing lies over the directory. */
    boolean isBare() throws IOException {
        return MountTable.read().top(directory).isEmpty();
    }

    /** Covers the directory with a read-only view of itself. */
    void guard() throws IOException {
        int tree = mounts.cloneTree(OPERATION, path, true);
        if (tree < 0) {
            throw failure("guarding", tree);
        }
        int result = mounts.attach(OPERATION, tree, path);
        files.close(OPERATION, tree);
        if (result < 0) {
            throw failure("guarding", result);
        }
    }

    /** Takes the guard away. */
    void unguard() throws IOException {
        int result = mounts.unmount(OPERATION, path, MountCalls.DETACH);
        if (result < 0) {
            throw failure("unmounting", result);
        }
    }

    /** A private mount of the covered directory, writable and attached nowhere. */
    int openCovered() throws IOException {
        int tree = mounts.cloneTree(OPERATION, path, false);
        if (tree < 0) {
            throw failure("taking hold of", tree);
        }
        return tree;
    }

    /**
     * Mounts FUSE over it. What the mount below forbids (nosuid, nodev, noexec, nosymfollow) is forbidden here too; nobody runs what
     * has privileges, or opens a device, on a node whose files are those of another. Reading never changes access times.
     *
     * @param readOnly whether nothing can be changed through it, nor through the copies of it in other mount namespaces
     */
    void mountFuse(int device, boolean readOnly) throws IOException {
        Map<String, String> options = Map.of(
                "source", "lockstep",
                "subtype", MountEntry.LOCKSTEP_SUBTYPE,
                "fd", Integer.toString(device),
                "rootmode", "40000",
                "user_id", "0",
                "group_id", "0",
                "default_permissions", "",
                "allow_other", "");
        int mount = mounts.create(OPERATION, MountEntry.FUSE_TYPE, options, readOnly, flags(readOnly));
        int result = mount < 0 ? mount : mounts.attach(OPERATION, mount, path);
        if (mount >= 0) {
            files.close(OPERATION, mount);
        }
        if (result < 0) {
            throw failure("mounting over", result);
        }
    }

    /**
     * Makes a read-only FUSE mount one for writing, with all copies of it, which keep what they forbid beyond that.
     *
     * @param mount id of it; whatever lies here by now, nothing else is touched
     */
    void openForWriting(long mount) throws IOException {
        int root =
                files.open(OPERATION, AtFlags.FDCWD, path, OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC, 0);
        if (root < 0) {
            throw failure("reaching the mount over", root);
        }
        try {
            if (Statx.mountOf("/proc/self/fd/" + root) != mount) {
                throw new IOException("another mount lies over " + directory + " by now, or none");
            }
            int result = mounts.openForWriting(OPERATION, root, flags(false));
            if (result < 0) {
                throw failure("opening for writing", result);
            }
        } finally {
            files.close(OPERATION, root);
        }
    }

    private long flags(boolean readOnly) throws IOException {
        // Not of the guard, which keeps what was forbidden when it was put there.
        long below = MountTable.read()
                .around(directory)
                .map(MountEntry::restrictions)
                .orElse(0L);
        long secondary = MountCalls.NO_SUID | MountCalls.NO_DEVICES;
        return below | MountCalls.NO_ACCESS_TIMES | (readOnly ? secondary : 0);
    }

    Path directory() {
        return directory;
    }

    private IOException failure(String action, int result) {
        return new IOException(action + " " + directory + " failed with errno " + -result
                + "; the engine needs root with CAP_SYS_ADMIN and Linux 5.15 or newer");
    }
}
