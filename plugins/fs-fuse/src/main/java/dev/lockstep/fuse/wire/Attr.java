package dev.lockstep.fuse.wire;

import dev.lockstep.fuse.sys.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct fuse_attr} and the replies built around it. */
public final class Attr {
    /** Bytes of {@code struct fuse_attr}. */
    public static final int SIZE = 88;
    /** Bytes of {@code struct fuse_attr_out}. */
    public static final int ATTR_OUT = 104;
    /** Bytes of {@code struct fuse_entry_out}. */
    public static final int ENTRY_OUT = 128;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private Attr() {}

    /** The attributes of an object; its inode number is its stable id, so that it is the same on both nodes. */
    public static void write(MemorySegment target, long at, long id, Status status) {
        target.set(LONG, at, id);
        target.set(LONG, at + 8, status.size());
        target.set(LONG, at + 16, status.blocks());
        target.set(LONG, at + 24, status.accessedSeconds());
        target.set(LONG, at + 32, status.modifiedSeconds());
        target.set(LONG, at + 40, status.changedSeconds());
        target.set(INT, at + 48, status.accessedFraction());
        target.set(INT, at + 52, status.modifiedFraction());
        target.set(INT, at + 56, status.changedFraction());
        target.set(INT, at + 60, status.mode());
        target.set(INT, at + 64, status.links());
        target.set(INT, at + 68, status.uid());
        target.set(INT, at + 72, status.gid());
        target.set(INT, at + 76, status.deviceNumber());
        target.set(INT, at + 80, status.blockSize());
        target.set(INT, at + 84, 0);
    }

    /** {@code struct fuse_attr_out}. */
    public static void writeOut(MemorySegment target, long at, long id, Status status, long validSeconds) {
        target.set(LONG, at, validSeconds);
        target.set(LONG, at + 8, 0);
        write(target, at + 16, id, status);
    }

    /** {@code struct fuse_entry_out}; generation 0, because a stable id is never used twice. */
    public static void writeEntry(MemorySegment target, long at, long id, Status status, long validSeconds) {
        target.set(LONG, at, id);
        target.set(LONG, at + 8, 0);
        target.set(LONG, at + 16, validSeconds);
        target.set(LONG, at + 24, validSeconds);
        target.set(LONG, at + 32, 0);
        write(target, at + 40, id, status);
    }

    /** An entry that tells the kernel to remember for a while that there is no such name. */
    public static void writeAbsent(MemorySegment target, long at, long validSeconds) {
        target.asSlice(at, ENTRY_OUT).fill((byte) 0);
        target.set(LONG, at + 16, validSeconds);
    }
}
