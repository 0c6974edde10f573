package dev.lockstep.fuse.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** System calls about this process and its threads. Results below zero are negated error numbers. */
public interface ProcessCalls {
    /** geteuid(2). */
    int effectiveUser(String operation);

    /**
     * Raises the limit of open files as far as the system allows (setrlimit(2) RLIMIT_NOFILE).
     *
     * @return how many files this process may have open
     */
    int raiseOpenFiles(String operation);

    /**
     * Gives the calling thread its own file mode mask (unshare(2) CLONE_FS), so that it can take over the mask of each request
     * without disturbing the rest of the process.
     */
    int ownFileContext(String operation);

    /** Tells the kernel that this thread serves I/O: its allocations never wait for write-back it would have to serve. */
    int markIoFlusher(String operation);

    /**
     * Whether a thread is in a group, by its supplementary groups ({@code /proc/TID/status}). One that is gone, or of a namespace
     * this process does not see, is not.
     */
    boolean hasGroup(String operation, int thread, int group);

    /** Whether {@link #markIoFlusher} is allowed; 0 or 1 if so. */
    int mayMarkIoFlusher(String operation);

    /**
     * Maps memory that holds zeros (mmap(2)). No page of it is taken from the system before it is used.
     *
     * @param owner at whose end it is given back
     */
    MemorySegment map(String operation, long length, Arena owner);

    /** Gives the pages of mapped memory back (madvise(2) MADV_DONTNEED): it holds zeros again. */
    int giveBack(String operation, MemorySegment mapped);
}
