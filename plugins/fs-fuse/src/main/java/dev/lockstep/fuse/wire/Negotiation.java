package dev.lockstep.fuse.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What kernel and engine agree on at the start of a connection (FUSE_INIT). WRITEBACK_CACHE is never taken: with it a write
 * returns before the engine sees a byte. Locks stay in the kernel: there is one active primary. It is the same for a secondary, whose
 * mount may have to serve a primary later.
 *
 * @param minor minor version of the protocol both speak
 * @param readAhead bytes the kernel may read ahead
 * @param flags what was taken of what the kernel offered
 */
public record Negotiation(int minor, int readAhead, long flags) {
    /** The major version of the protocol. */
    public static final int MAJOR = 7;
    /** The minor version this code was written against. */
    public static final int MINOR = 45;
    /** The oldest minor version accepted (Linux 5.15): HANDLE_KILLPRIV_V2 and SETXATTR_EXT are needed. */
    public static final int OLDEST_MINOR = 34;

    /** Largest write in one request, bytes. */
    public static final int MAX_WRITE = 1 << 20;
    /** Bytes of the reply. */
    public static final int REPLY_SIZE = 64;

    private static final int MAX_PAGES = 256;
    private static final int MAX_BACKGROUND = 64;
    private static final int CONGESTION_THRESHOLD = 48;
    private static final int READ_AHEAD = 1 << 20;

    private static final long WANTED = InitFlag.ASYNC_READ
            | InitFlag.ATOMIC_O_TRUNC
            | InitFlag.BIG_WRITES
            | InitFlag.DONT_MASK
            | InitFlag.DO_READDIRPLUS
            | InitFlag.READDIRPLUS_AUTO
            | InitFlag.ASYNC_DIO
            | InitFlag.PARALLEL_DIROPS
            | InitFlag.POSIX_ACL
            | InitFlag.ABORT_ERROR
            | InitFlag.MAX_PAGES
            // The target of a link is for ever, and what its id stands for too.
            | InitFlag.CACHE_SYMLINKS
            | InitFlag.EXPLICIT_INVAL_DATA
            | InitFlag.HANDLE_KILLPRIV_V2
            | InitFlag.SETXATTR_EXT
            | InitFlag.INIT_EXT
            | InitFlag.HAS_EXPIRE_ONLY
            | InitFlag.DIRECT_IO_ALLOW_MMAP;

    /** Without these the promises cannot be kept. */
    private static final long NEEDED = InitFlag.HANDLE_KILLPRIV_V2 | InitFlag.POSIX_ACL | InitFlag.DONT_MASK;

    /** Whether the kernel speaks another major version and must ask again with ours. */
    public static boolean isOtherMajor(Request request) {
        return request.integer(0) > MAJOR;
    }

    /**
     * Decides from the kernel's offer.
     *
     * @param request the INIT request
     * @throws IllegalArgumentException if the kernel is too old
     */
    public static Negotiation of(Request request) {
        int minor = request.integer(4);
        if (request.integer(0) < MAJOR || minor < OLDEST_MINOR) {
            throw new IllegalArgumentException("the kernel speaks FUSE " + request.integer(0) + "." + minor
                    + ", at least " + MAJOR + "." + OLDEST_MINOR + " (Linux 5.15) is needed");
        }
        long offered = Integer.toUnsignedLong(request.integer(12));
        if ((offered & InitFlag.INIT_EXT) != 0 && request.bodyLength() >= 20) {
            offered |= (long) request.integer(16) << 32;
        }
        if ((offered & NEEDED) != NEEDED) {
            throw new IllegalArgumentException("the kernel's FUSE lacks features Lockstep needs (it offers 0x"
                    + Long.toHexString(offered) + "); use Linux 5.15 or newer");
        }
        int readAhead = (int) Math.min(Integer.toUnsignedLong(request.integer(8)), READ_AHEAD);
        return new Negotiation(Math.min(minor, MINOR), readAhead, offered & WANTED);
    }

    /** Writes {@code struct fuse_init_out}. */
    public void write(MemorySegment target, long at) {
        target.asSlice(at, REPLY_SIZE).fill((byte) 0);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at, MAJOR);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 4, minor);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 8, readAhead);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 12, (int) flags);
        target.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 16, (short) MAX_BACKGROUND);
        target.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 18, (short) CONGESTION_THRESHOLD);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 20, MAX_WRITE);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 24, 1);
        target.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 28, (short) MAX_PAGES);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 32, (int) (flags >>> 32));
    }
}
