package dev.lockstep.fuse.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct fuse_dirent}, and where the fields of the kernel's own {@code struct linux_dirent64} lie. */
public final class Dirent {
    private static final int FIXED = 24;

    /** Offset of {@code d_off} in {@code struct linux_dirent64}; {@code d_ino} is at 0. */
    public static final int NATIVE_OFFSET = 8;
    /** Offset of {@code d_reclen}. */
    public static final int NATIVE_LENGTH = 16;
    /** Offset of {@code d_type}. */
    public static final int NATIVE_TYPE = 18;
    /** Offset of {@code d_name}. */
    public static final int NATIVE_NAME = 19;

    private Dirent() {}

    /** Bytes a record takes, padded to 8. */
    public static int size(int nameLength) {
        return (FIXED + nameLength + 7) & ~7;
    }

    /** Writes a record whose name is copied from another buffer. */
    public static void write(
            MemorySegment target,
            long at,
            long inode,
            long nextOffset,
            int type,
            MemorySegment names,
            long nameAt,
            int nameLength) {
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, at, inode);
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, at + 8, nextOffset);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 16, nameLength);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 20, type);
        MemorySegment.copy(names, nameAt, target, at + FIXED, nameLength);
        int padded = size(nameLength);
        for (int i = FIXED + nameLength; i < padded; i++) {
            target.set(ValueLayout.JAVA_BYTE, at + i, (byte) 0);
        }
    }
}
