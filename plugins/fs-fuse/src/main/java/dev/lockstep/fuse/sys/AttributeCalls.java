package dev.lockstep.fuse.sys;

import java.lang.foreign.MemorySegment;

/**
 * System calls on attributes. Those that take only a descriptor work for O_PATH descriptors of any kind of object. Results
 * below zero are negated error numbers. Thread-safe.
 */
public interface AttributeCalls {
    /** statx(2) of a name, symbolic links not followed. */
    int status(String operation, int directory, byte[] name, Status result);

    /** statx(2) of what a descriptor stands for. */
    int status(String operation, int descriptor, Status result);

    /** statx(2) of what a descriptor stands for, with the time it was made where the file system knows it. */
    int statusAndBirth(String operation, int descriptor, Status result);

    /** chmod(2). */
    int changeMode(String operation, int descriptor, int mode);

    /** chown(2); -1 leaves one of them. */
    int changeOwner(String operation, int descriptor, int uid, int gid);

    /** utimensat(2). */
    int changeTimes(String operation, int descriptor, TimeSetting accessed, TimeSetting modified);

    /** truncate(2). */
    int truncate(String operation, int descriptor, long size);

    /** getxattr(2) into {@code buffer}; a {@code length} of 0 asks for the size. */
    int getAttribute(String operation, int descriptor, byte[] name, MemorySegment buffer, long at, long length);

    /** getxattr(2) of a name in a directory, symbolic links not followed. */
    int getAttributeAt(
            String operation, int directory, byte[] file, byte[] name, MemorySegment buffer, long at, long length);

    /** setxattr(2). */
    int setAttribute(
            String operation, int descriptor, byte[] name, MemorySegment value, long at, long length, int flags);

    /** listxattr(2). */
    int listAttributes(String operation, int descriptor, MemorySegment buffer, long at, long length);

    /** removexattr(2). */
    int removeAttribute(String operation, int descriptor, byte[] name);

    /** statfs(2) into a struct statfs (120 bytes on 64-bit systems). */
    int fileSystem(String operation, int descriptor, MemorySegment result);
}
