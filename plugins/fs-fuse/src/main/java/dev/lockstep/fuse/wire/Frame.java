package dev.lockstep.fuse.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The header every reply begins with ({@code struct fuse_out_header}). */
public final class Frame {
    /** Bytes of the header. */
    public static final int HEADER = 16;

    /** Bytes of the notifications {@link #attributesChanged} and {@link #contentChanged}. */
    public static final int NOTIFICATION = HEADER + 24;

    /** FUSE_NOTIFY_INVAL_INODE. */
    private static final int INVALIDATE_INODE = 2;

    private static final long NO_DATA = -1;

    private Frame() {}

    /** Writes the header at the beginning of {@code target}; {@code errno} is 0 or positive. */
    public static void header(MemorySegment target, int bodyLength, int errno, long unique) {
        target.set(ValueLayout.JAVA_INT_UNALIGNED, 0, HEADER + bodyLength);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, 4, -errno);
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, unique);
    }

    /** Writes a notification that an object's attributes, but not its data, are not what the kernel has cached. */
    public static void attributesChanged(MemorySegment target, long id) {
        changed(target, id, NO_DATA);
    }

    /** Writes a notification that neither attributes nor data of an object are what the kernel has cached. */
    public static void contentChanged(MemorySegment target, long id) {
        changed(target, id, 0);
    }

    private static void changed(MemorySegment target, long id, long from) {
        header(target, NOTIFICATION - HEADER, -INVALIDATE_INODE, 0);
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, HEADER, id);
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, HEADER + 8, from);
        // A length of 0 is everything from there.
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, HEADER + 16, 0);
    }
}
