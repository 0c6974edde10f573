package dev.lockstep.fuse.tree;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Which objects the tree has: stable id to file handle, and inode number to stable id. In memory, in primitive tables of
 * independent parts. Thread-safe.
 */
final class ObjectIndex {
    private static final int PARTS = 64;

    private final int width;
    private final ObjectBudget budget;
    private final LongTable[] handles = new LongTable[PARTS];
    private final LongTable[] inodes = new LongTable[PARTS];
    private final ReentrantLock[] handleLocks = new ReentrantLock[PARTS];
    private final ReentrantLock[] inodeLocks = new ReentrantLock[PARTS];

    /** An empty index for handles of at most {@code handleLongs} packed longs. */
    ObjectIndex(int handleLongs, ObjectBudget budget) {
        this.budget = budget;
        width = handleLongs;
        for (int i = 0; i < PARTS; i++) {
            // Handle and inode number stand together: removal by id must find the inode's entry.
            handles[i] = new LongTable(width + 1);
            inodes[i] = new LongTable(1);
            handleLocks[i] = new ReentrantLock();
            inodeLocks[i] = new ReentrantLock();
        }
    }

    /**
     * Enters an object, or replaces what was known of it.
     *
     * @throws IllegalArgumentException if the file system gave a longer handle than for the root
     */
    void put(long id, long inode, FileHandle handle) {
        if (handle.packedLength() > width) {
            throw new IllegalArgumentException("the file system gives handles of different lengths");
        }
        int part = part(id);
        handleLocks[part].lock();
        try {
            int before = handles[part].size();
            int at = handles[part].findOrAdd(id);
            budget.changed(handles[part].size() - before);
            for (int i = 0; i < width; i++) {
                handles[part].setValue(at + i, i < handle.packedLength() ? handle.packed(i) : 0);
            }
            handles[part].setValue(at + width, inode);
        } finally {
            handleLocks[part].unlock();
        }
        part = part(inode);
        inodeLocks[part].lock();
        try {
            inodes[part].setValue(inodes[part].findOrAdd(inode), id);
        } finally {
            inodeLocks[part].unlock();
        }
    }

    /** Fills {@code target} with the handle of an object; false when there is no such object. */
    boolean handle(long id, FileHandle target) {
        int part = part(id);
        handleLocks[part].lock();
        try {
            int at = id == 0 ? -1 : handles[part].find(id);
            if (at < 0) {
                return false;
            }
            for (int i = 0; i < width; i++) {
                target.unpack(i, handles[part].value(at + i));
            }
            return true;
        } finally {
            handleLocks[part].unlock();
        }
    }

    /** The inode number of an object, or 0. */
    long inode(long id) {
        int part = part(id);
        handleLocks[part].lock();
        try {
            int at = id == 0 ? -1 : handles[part].find(id);
            return at < 0 ? 0 : handles[part].value(at + width);
        } finally {
            handleLocks[part].unlock();
        }
    }

    boolean contains(long id) {
        return inode(id) != 0;
    }

    /** The object with this inode number, or 0. */
    long idOfInode(long inode) {
        int part = part(inode);
        inodeLocks[part].lock();
        try {
            int at = inode == 0 ? -1 : inodes[part].find(inode);
            return at < 0 ? 0 : inodes[part].value(at);
        } finally {
            inodeLocks[part].unlock();
        }
    }

    /** Forgets an object. Its inode number may by now belong to a newer one, which stays. */
    void remove(long id) {
        long inode;
        int part = part(id);
        handleLocks[part].lock();
        try {
            int at = handles[part].find(id);
            if (at < 0) {
                return;
            }
            inode = handles[part].value(at + width);
            handles[part].remove(id);
            budget.changed(-1);
        } finally {
            handleLocks[part].unlock();
        }
        part = part(inode);
        inodeLocks[part].lock();
        try {
            int at = inodes[part].find(inode);
            if (at >= 0 && inodes[part].value(at) == id) {
                inodes[part].remove(inode);
            }
        } finally {
            inodeLocks[part].unlock();
        }
    }

    /** Gives back what it took of the budget; it is not used any more. */
    void close() {
        budget.changed(-size());
    }

    /** How many objects there are. */
    long size() {
        long size = 0;
        for (int part = 0; part < PARTS; part++) {
            handleLocks[part].lock();
            try {
                size += handles[part].size();
            } finally {
                handleLocks[part].unlock();
            }
        }
        return size;
    }

    private static int part(long key) {
        return (int) (Hash.mix(key) >>> 58);
    }
}
