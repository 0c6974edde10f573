package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.NameCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.nio.charset.StandardCharsets;

/**
 * The hidden place at the root where a reintegration keeps what lost its place until it is known to be needed no more, one
 * entry per object, named after its id.
 */
final class Limbo {
    private static final String OPERATION = "LIMBO";
    private static final byte[] LIMBO = "limbo".getBytes(StandardCharsets.US_ASCII);
    private static final int MODE = 0700;
    private static final int DIRECTORY =
            OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC | OpenFlags.NOFOLLOW;
    private static final int NOREPLACE = 1;

    private final CoveredTree tree;
    private final FileCalls files;
    private final NameCalls names;

    Limbo(CoveredTree tree) {
        this.tree = tree;
        files = tree.calls().files();
        names = tree.calls().names();
    }

    /** Opens limbo if there is one; else a negated errno. */
    int openIfPresent() {
        int hidden = files.open(OPERATION, tree.root(), CoveredTree.hiddenName(), DIRECTORY, 0);
        if (hidden < 0) {
            return hidden;
        }
        int limbo = files.open(OPERATION, hidden, LIMBO, DIRECTORY, 0);
        files.close(OPERATION, hidden);
        return limbo;
    }

    /** Opens a directory of the engine's own, made if needed. */
    int openHidden(byte[] name) throws FileSystemFailure {
        make(tree.root(), CoveredTree.hiddenName());
        int hidden = files.open(OPERATION, tree.root(), CoveredTree.hiddenName(), DIRECTORY, 0);
        Failures.check(OPERATION, hidden);
        try {
            make(hidden, name);
            return (int) Failures.check(OPERATION, files.open(OPERATION, hidden, name, DIRECTORY, 0));
        } finally {
            files.close(OPERATION, hidden);
        }
    }

    /** Opens limbo, made if needed. */
    int open() throws FileSystemFailure {
        return openHidden(LIMBO);
    }

    void make(int directory, byte[] name) throws FileSystemFailure {
        int result = names.makeDirectory(OPERATION, directory, name, MODE);
        if (result < 0 && result != -Errno.EEXIST) {
            Failures.check(OPERATION, result);
        }
    }

    /** The name of an object in limbo. */
    static byte[] nameOf(long id) {
        return Long.toHexString(id).getBytes(StandardCharsets.US_ASCII);
    }

    /** Moves a name here. Another name of an object that is here already is just removed. */
    void take(int limbo, int directory, byte[] name, long id, boolean isDirectory) throws FileSystemFailure {
        int result = names.rename(OPERATION, directory, name, limbo, nameOf(id), NOREPLACE);
        if (result == -Errno.EEXIST && !isDirectory) {
            result = names.unlink(OPERATION, directory, name, 0);
        }
        Failures.check(OPERATION, result);
    }

    /** Removes everything below an open directory; objects that lose their last name are forgotten. */
    void empty(int directory, Status status) throws FileSystemFailure {
        for (byte[] name : new DirectoryLister(files).names(OPERATION, directory)) {
            int object =
                    files.open(OPERATION, directory, name, OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC, 0);
            if (object == -Errno.ENOENT) {
                continue;
            }
            Failures.check(OPERATION, object);
            remove(directory, name, object, status);
        }
    }

    /** Whether flags that forbid to remove an object from a directory were there and are off. */
    private boolean unprotect(int directory, int object, Status status) throws FileSystemFailure {
        InodeFlags flags = new InodeFlags(files);
        Failures.check(OPERATION, tree.calls().attributes().status(OPERATION, object, status));
        boolean itself = flags.unprotect(OPERATION, object, status);
        Failures.check(OPERATION, tree.calls().attributes().status(OPERATION, directory, status));
        boolean around = flags.unprotect(OPERATION, directory, status);
        return itself || around;
    }

    private void remove(int directory, byte[] name, int object, Status status) throws FileSystemFailure {
        boolean handedOver = false;
        try {
            Failures.check(OPERATION, tree.calls().attributes().status(OPERATION, object, status));
            boolean isDirectory = status.isDirectory();
            long id = tree.index().idOfInode(status.inode());
            if (isDirectory) {
                int inner = files.open(OPERATION, directory, name, DIRECTORY, 0);
                Failures.check(OPERATION, inner);
                try {
                    empty(inner, status);
                } finally {
                    files.close(OPERATION, inner);
                }
            }
            int flags = isDirectory ? AtFlags.REMOVEDIR : 0;
            int result = names.unlink(OPERATION, directory, name, flags);
            if (result == -Errno.EPERM && unprotect(directory, object, status)) {
                result = names.unlink(OPERATION, directory, name, flags);
            }
            Failures.check(OPERATION, result);
            if (id != 0) {
                handedOver = true;
                tree.lostName(OPERATION, id, object, isDirectory, status);
            }
        } finally {
            if (!handedOver) {
                files.close(OPERATION, object);
            }
        }
    }
}
