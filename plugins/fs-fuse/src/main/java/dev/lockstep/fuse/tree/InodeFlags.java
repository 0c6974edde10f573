package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.FileCalls;
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
