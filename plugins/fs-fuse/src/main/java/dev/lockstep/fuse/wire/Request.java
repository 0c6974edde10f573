package dev.lockstep.fuse.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One request of the kernel, read in place: a header of {@value #HEADER} bytes ({@code struct fuse_in_header}) and a body whose
 * form depends on the opcode. Positions are counted from the beginning of the body. One reader thread owns it and uses it for one
 * request after another.
 */
public final class Request {
    /** Bytes of the header. */
    public static final int HEADER = 40;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final MemorySegment buffer;
    private long length;

    /** A view of a buffer requests are read into. */
    public Request(MemorySegment buffer) {
        this.buffer = buffer;
    }

    /** The whole buffer, header included. */
    public MemorySegment buffer() {
        return buffer;
    }

    /**
     * Takes a request of this many bytes that now stands in the buffer.
     *
     * @throws IllegalArgumentException if it is shorter than a header or its own length says otherwise
     */
    public void take(long bytes) {
        if (bytes < HEADER || Integer.toUnsignedLong(buffer.get(INT, 0)) != bytes) {
            throw new IllegalArgumentException(
                    "a FUSE request of " + bytes + " bytes says it has " + Integer.toUnsignedLong(buffer.get(INT, 0)));
        }
        length = bytes;
    }

    public int opcode() {
        return buffer.get(INT, 4);
    }

    /** Names the request in its reply. */
    public long unique() {
        return buffer.get(LONG, 8);
    }

    /** The object it is about: its stable id. */
    public long node() {
        return buffer.get(LONG, 16);
    }

    public int uid() {
        return buffer.get(INT, 24);
    }

    public int gid() {
        return buffer.get(INT, 28);
    }

    public int pid() {
        return buffer.get(INT, 32);
    }

    /** Bytes of the body. */
    public int bodyLength() {
        return (int) length - HEADER;
    }

    /** An integer of the body. */
    public int integer(int at) {
        check(at, Integer.BYTES);
        return buffer.get(INT, HEADER + at);
    }

    /** A long of the body. */
    public long number(int at) {
        check(at, Long.BYTES);
        return buffer.get(LONG, HEADER + at);
    }

    /** The bytes up to the next NUL. */
    public byte[] name(int at) {
        long start = HEADER + (long) at;
        long end = start;
        while (end < length && buffer.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        if (end >= length) {
            throw new IllegalArgumentException("a name in a FUSE request has no end");
        }
        return bytes(at, (int) (end - start));
    }

    /** Bytes of the body. */
    public byte[] bytes(int at, int count) {
        check(at, count);
        if (count == 0) {
            return new byte[0];
        }
        byte[] copy = new byte[count];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, HEADER + (long) at, copy, 0, count);
        return copy;
    }

    /** Refuses a request whose body does not hold what it says. */
    public void check(int at, int count) {
        if (at < 0 || count < 0 || at > bodyLength() - count) {
            throw new IllegalArgumentException("a FUSE request (opcode " + opcode() + ") of " + bodyLength()
                    + " bytes is too short to hold " + count + " bytes at " + at);
        }
    }

    @Override
    public String toString() {
        return "FUSE request opcode " + opcode() + " unique " + unique() + " node " + node() + " body "
                + Arrays.toString(bytes(0, Math.min(bodyLength(), 64)));
    }
}
