package dev.lockstep.fuse.sys;

import java.lang.foreign.MemorySegment;

/**
 * System calls on open files. Results below zero are negated error numbers. EINTR is repeated inside where that is safe.
 * Thread-safe.
 */
public interface FileCalls {
    /** There is something to read (POLLIN). */
    int POLL_READABLE = 1;
    /** Something out of the ordinary has happened (POLLPRI). */
    int POLL_URGENT = 2;

    /** openat(2). */
    int open(String operation, int directory, byte[] name, int flags, int mode);

    /** Opens what another descriptor stands for anew, with other flags; works for O_PATH descriptors. */
    int reopen(String operation, int descriptor, int flags);

    /** open_by_handle_at(2); {@code handle} holds a struct file_handle. */
    int openByHandle(String operation, int mount, MemorySegment handle, int flags);

    /** name_to_handle_at(2) into {@code handle}, whose first field says its capacity; an empty name is the descriptor itself. */
    int nameToHandle(String operation, int directory, byte[] name, MemorySegment handle);

    /** close(2). */
    int close(String operation, int descriptor);

    /** read(2), not repeated at EINTR. */
    long read(String operation, int descriptor, MemorySegment buffer, long at, long length);

    /** write(2), not repeated at EINTR. */
    long write(String operation, int descriptor, MemorySegment buffer, long at, long length);

    /** poll(2) for one descriptor, not repeated at EINTR; 0 if the time is over. */
    int poll(String operation, int descriptor, int events, int milliseconds);

    /** pread(2). */
    long pread(String operation, int descriptor, MemorySegment buffer, long at, long length, long offset);

    /**
     * preadv2(2) with RWF_NOWAIT: reads only what can be had without waiting for the disk, which may be less than there is. EAGAIN if that
     * is nothing, EOPNOTSUPP where the file system cannot tell.
     */
    long preadNow(String operation, int descriptor, MemorySegment buffer, long at, long length, long offset);

    /** pwrite(2). */
    long pwrite(String operation, int descriptor, MemorySegment buffer, long at, long length, long offset);

    /** fallocate(2). */
    int fallocate(String operation, int descriptor, int mode, long offset, long length);

    /** ftruncate(2). */
    int truncate(String operation, int descriptor, long size);

    /** fsync(2). */
    int fsync(String operation, int descriptor);

    /** posix_fadvise(2), POSIX_FADV_DONTNEED: lets go what memory holds of a file and need not be written. */
    int dontNeed(String operation, int descriptor, long offset, long length);

    /** sync_file_range(2), SYNC_FILE_RANGE_WRITE: begins to write what memory holds; nothing is promised, and no error is told. */
    int writeBack(String operation, int descriptor, long offset, long length);

    /** fdatasync(2). */
    int fdatasync(String operation, int descriptor);

    /** syncfs(2). */
    int syncfs(String operation, int descriptor);

    /** lseek(2). */
    long seek(String operation, int descriptor, long offset, int whence);

    /** getdents64(2). */
    long directoryEntries(String operation, int descriptor, MemorySegment buffer, long length);

    /** ioctl(2) with a pointer argument. */
    int ioctl(String operation, int descriptor, int request, MemorySegment argument);
}
