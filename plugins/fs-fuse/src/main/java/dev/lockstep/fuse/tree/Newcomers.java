package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Tells objects that are just being made from those that were made behind the interception. Thread-safe. */
final class Newcomers {
    private final CoveredTree tree;
    /** Shared by those who make objects, from the name to the label; exclusive while one is looked at that has none. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    Newcomers(CoveredTree tree) {
        this.tree = tree;
    }

    /** To be held while an object is made; see {@link CoveredTree#making}. */
    Lock making() {
        return lock.readLock();
    }

    /** See {@link CoveredTree#identify}. */
    long identify(String operation, int directory, byte[] name, Status status) {
        long id = tree.idOfInode(status.inode());
        if (id != 0) {
            return id;
        }
        lock.writeLock().lock();
        try {
            id = tree.idOfInode(status.inode());
            if (id != 0) {
                return id;
            }
            int flags = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
            int object = tree.calls().files().open(operation, directory, name, flags, 0);
            if (object < 0) {
                return object;
            }
            try {
                // another object may have the name by now
                int result = tree.calls().attributes().status(operation, object, status);
                id = result < 0 ? result : tree.idOfInode(status.inode());
                if (id != 0) {
                    return id;
                }
                long fresh = tree.newId(true);
                result = tree.register(operation, object, status.inode(), fresh);
                if (result == -Errno.ENOSPC) {
                    // no room for a label: nobody else needs one until the next start
                    result = tree.enter(operation, object, status.inode(), fresh);
                }
                tree.trouble("'" + new String(name, StandardCharsets.UTF_8)
                        + "' was made behind the interception: it stays on this node alone until the module is stopped"
                        + " and started");
                return result < 0 ? result : fresh;
            } finally {
                tree.calls().files().close(operation, object);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
