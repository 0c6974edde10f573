package dev.lockstep.fuse.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The header every reply begins with ({@code struct fuse_out_header}). */
public final class Frame {
    /** Bytes of the header. */
    public static final int HEADER = 16;

    private Frame() {}

    /** Writes the header at the beginning of {@code target}; {@code errno} is 0 or positive. */
    public static void header(MemorySegment target, int bodyLength, int errno, long unique) {
        target.set(ValueLayout.JAVA_INT_UNALIGNED, 0, HEADER + bodyLength);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, 4, -errno);
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, unique);
    }
}
