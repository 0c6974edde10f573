package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.tree.BackingFiles;
import java.util.concurrent.Semaphore;

/**
 * Flushes of open files on the local disk: those applications ask for, and those that are begun before they do because the file is
 * written and flushed in a rhythm. Thread-safe.
 */
final class Flushes {
    /** What an anticipated flush is called in messages. */
    static final String ANTICIPATED = "ANTICIPATED-FLUSH";

    private final FileCalls files;
    private final BackingFiles backing;
    private final Semaphore places;
    private final Refusals refusals;

    /** Told when the local disk did not take what was written to an object. */
    @FunctionalInterface
    interface Refusals {
        void refused(String operation, long id, int errno);
    }

    /**
     * Flushes of one mount.
     *
     * @param atOnce how many flushes may be anticipated at the same time, each of which takes a thread until it ends
     */
    Flushes(FileCalls files, BackingFiles backing, int atOnce, Refusals refusals) {
        this.files = files;
        this.backing = backing;
        this.refusals = refusals;
        places = new Semaphore(atOnce);
    }

    /**
     * Called in the order of the object after an opening wrote it.
     *
     * @return whether a flush of it is begun here: {@link #anticipate} must follow as soon as the order is left
     */
    boolean begin(OpenFile file) {
        OpenInode inode = file.inode();
        if (!inode.written(file) || inode.isFlushing() || !places.tryAcquire()) {
            return false;
        }
        boolean begun = file.anticipated().begin(inode.changes());
        if (begun) {
            inode.flushing(file);
        } else {
            places.release();
        }
        return begun;
    }

    /** Does the flush that was begun. */
    void anticipate(OpenFile file) {
        int result = -Errno.EIO;
        try {
            result = told(ANTICIPATED, file, files.fdatasync(ANTICIPATED, file.descriptor()));
        } finally {
            // Before the end is known: whoever is answered then may write at once and find the rhythm unbroken.
            places.release();
            AnticipatedFlush.End end = file.anticipated().end(-result);
            end.answers().run();
            if (end.released()) {
                backing.release(file.backing());
            }
        }
    }

    /**
     * Called in the order of the object when a flush of an opening is asked for.
     *
     * @return whether an anticipated flush covers it, so that {@link #flush} is not needed
     */
    boolean isCovered(OpenFile file, boolean dataOnly) {
        OpenInode inode = file.inode();
        inode.flushed(file, dataOnly);
        return dataOnly && file.anticipated().covers(inode.changes());
    }

    /** Flushes an opening and gives the local part of the reply, at once or when the anticipated flush that runs has ended. */
    void flush(String operation, OpenFile file, boolean dataOnly, DeferredReply reply) {
        int result =
                dataOnly ? files.fdatasync(operation, file.descriptor()) : files.fsync(operation, file.descriptor());
        file.anticipated().answer(reply, -told(operation, file, result));
    }

    private int told(String operation, OpenFile file, int result) {
        if (result < 0) {
            file.backing().failed(-result);
            refusals.refused(operation, file.inode().id, -result);
        }
        return result;
    }
}
