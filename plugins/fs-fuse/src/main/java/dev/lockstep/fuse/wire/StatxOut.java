package dev.lockstep.fuse.wire;

import dev.lockstep.fuse.sys.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct fuse_statx_out}. Behind its head lies what statx(2) answers, field by field the same. */
public final class StatxOut {
    /** Bytes of the structure. */
    public static final int SIZE = 32 + Status.SIZE;

    private static final int STATX = 32;
    private static final int MASK = STATX;
    private static final int LINKS = STATX + 16;
    private static final int INODE = STATX + 32;

    private StatxOut() {}

    /** The attributes of an object, under its stable id as inode number. */
    public static void write(MemorySegment target, long at, long id, Status status, long validSeconds) {
        target.asSlice(at, SIZE).fill((byte) 0);
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, at, validSeconds);
        status.copyTo(target, at + STATX);
        int known = target.get(ValueLayout.JAVA_INT_UNALIGNED, at + MASK);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + MASK, known & Status.BASIC_AND_BIRTH);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + LINKS, status.links());
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, at + INODE, id);
    }
}
