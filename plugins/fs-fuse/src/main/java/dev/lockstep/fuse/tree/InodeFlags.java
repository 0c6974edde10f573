package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Inode flags (chattr, lsattr): FS_IOC_GETFLAGS and FS_IOC_SETFLAGS of {@code linux/fs.h}. */
public final class InodeFlags {
    /** FS_IOC_GETFLAGS: _IOR('f', 1, long). */
    public static final int GET = 0x80086601;
    /** FS_IOC_SETFLAGS: _IOW('f', 2, long). */
    public static final int SET = 0x40086602;

    /** FS_IOC_FSGETXATTR: _IOR('X', 31, struct fsxattr), which the kernel asks for before it sets flags. */
    public static final int GET_EXTENDED = 0x801c581f;
    /** Bytes of {@code struct fsxattr}. */
    public static final int EXTENDED_SIZE = 28;

    /** FS_IMMUTABLE_FL and FS_APPEND_FL: root too is forbidden to change the object. */
    static final int FORBIDDING = 0x10 | 0x20;

    /**
     * What a node takes over from its peer: everything applications can set but what file systems take only while an object is empty
     * (case-insensitive names, no copy on write) and what says how one of them stores it (extents).
     */
    static final int CARRIED = 0xff | 0x400 | 0x4000 | 0x8000 | 0x10000 | 0x20000 | 0x2000000 | 0x20000000;

    private static final ThreadLocal<MemorySegment> ARGUMENT =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(8, 8));

    private final FileCalls files;

    public InodeFlags(FileCalls files) {
        this.files = files;
    }

    /** The flags of an open object as an unsigned number, or a negated errno. */
    public long get(String operation, int descriptor) {
        MemorySegment argument = ARGUMENT.get();
        argument.set(ValueLayout.JAVA_LONG, 0, 0);
        int result = files.ioctl(operation, descriptor, GET, argument);
        return result < 0 ? result : Integer.toUnsignedLong(argument.get(ValueLayout.JAVA_INT, 0));
    }

    /**
     * Which of the flags of an object opened with O_PATH a node takes over from its peer.
     *
     * @param status of the object
     * @return 0 if it cannot have any; below zero a negated errno
     */
    int carried(String operation, int descriptor, Status status) {
        if (!mayHaveFlags(status)) {
            return 0;
        }
        int object = open(operation, descriptor);
        if (object < 0) {
            return object;
        }
        int present = carriedByOpen(operation, object);
        files.close(operation, object);
        return present;
    }

    /** As {@link #carried}, of an open file or directory. */
    int carriedByOpen(String operation, int object) {
        long present = get(operation, object);
        if (present < 0) {
            return isUnknown((int) present) ? 0 : (int) present;
        }
        return (int) present & CARRIED;
    }

    /** Whether a result says that a file system does not have such flags. */
    static boolean isUnknown(int result) {
        return result == -Errno.ENOTTY || result == -Errno.EOPNOTSUPP || result == -Errno.EINVAL;
    }

    /** Makes those flags of an object opened with O_PATH equal to {@code wanted}; below zero a negated errno. */
    int carry(String operation, int descriptor, Status status, int wanted) {
        if (!mayHaveFlags(status)) {
            return 0;
        }
        int object = open(operation, descriptor);
        if (object < 0) {
            return object;
        }
        try {
            return carryToOpen(operation, object, wanted);
        } finally {
            files.close(operation, object);
        }
    }

    /** As {@link #carry}, of an open file or directory. */
    int carryToOpen(String operation, int object, int wanted) {
        long present = get(operation, object);
        if (present < 0) {
            return wanted == 0 && isUnknown((int) present) ? 0 : (int) present;
        }
        int after = ((int) present & ~CARRIED) | (wanted & CARRIED);
        return after == (int) present ? 0 : set(operation, object, after);
    }

    /** Only files and directories have flags, and opening anything else does something to it. */
    private static boolean mayHaveFlags(Status status) {
        return status.isFile() || status.isDirectory();
    }

    private int open(String operation, int descriptor) {
        return files.reopen(operation, descriptor, OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC);
    }

    /** Takes off what forbids to change an object opened with O_PATH. @return whether there was anything */
    boolean unprotect(String operation, int descriptor, Status status) {
        int present = carried(operation, descriptor, status);
        return present > 0
                && (present & FORBIDDING) != 0
                && carry(operation, descriptor, status, present & ~FORBIDDING) >= 0;
    }

    /** Sets the flags of an open object. */
    public int set(String operation, int descriptor, int flags) {
        MemorySegment argument = ARGUMENT.get();
        argument.set(ValueLayout.JAVA_LONG, 0, Integer.toUnsignedLong(flags));
        return files.ioctl(operation, descriptor, SET, argument);
    }

    /** {@code struct fsxattr} of an open object. */
    public int getExtended(String operation, int descriptor, MemorySegment result) {
        return files.ioctl(operation, descriptor, GET_EXTENDED, result);
    }
}
