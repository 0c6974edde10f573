package dev.lockstep.fuse.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Small native buffers one thread passes to system calls: the captured errno, two path names, one file handle. Each thread has
 * its own, so that no call allocates; they are freed after the thread is gone.
 */
final class ThreadMemory {
    /** PATH_MAX of Linux. */
    static final int PATH_MAX = 4096;

    private static final byte[] PROC_FD = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DIGITS = 10;
    private static final ThreadLocal<ThreadMemory> CURRENT = ThreadLocal.withInitial(ThreadMemory::new);

    private final MemorySegment state;
    private final MemorySegment first;
    private final MemorySegment second;
    private final MemorySegment third;

    private ThreadMemory() {
        Arena arena = Arena.ofAuto();
        state = arena.allocate(Linker.Option.captureStateLayout());
        first = arena.allocate(PATH_MAX);
        second = arena.allocate(PATH_MAX);
        third = arena.allocate(PATH_MAX);
        MemorySegment.copy(PROC_FD, 0, third, ValueLayout.JAVA_BYTE, 0, PROC_FD.length);
    }

    /** The calling thread's. */
    static ThreadMemory current() {
        return CURRENT.get();
    }

    /** Where a downcall stores errno. */
    MemorySegment state() {
        return state;
    }

    /** The errno of the last call that failed, negated. */
    int failure() {
        return -state.get(ValueLayout.JAVA_INT, 0);
    }

    /** A name as a C string in the first buffer, valid until the next use; null for the null pointer. */
    MemorySegment name(byte[] name) {
        return terminated(first, name);
    }

    /** As {@link #name}, in the second buffer. */
    MemorySegment otherName(byte[] name) {
        return terminated(second, name);
    }

    /** A {@code struct iovec} of one piece of memory, by its address; valid until the next use of the first buffer. */
    long piece(long address, long length) {
        first.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, address);
        first.set(ValueLayout.JAVA_LONG_UNALIGNED, Long.BYTES, length);
        return first.address();
    }

    /** A {@code struct pollfd}, by its address; valid until the next use of the first buffer. */
    long polled(int descriptor, int events) {
        first.set(ValueLayout.JAVA_INT_UNALIGNED, 0, descriptor);
        first.set(ValueLayout.JAVA_SHORT_UNALIGNED, Integer.BYTES, (short) events);
        first.set(ValueLayout.JAVA_SHORT_UNALIGNED, Integer.BYTES + Short.BYTES, (short) 0);
        return first.address();
    }

    /** {@code /proc/self/fd/N}, which leads to what an O_PATH descriptor stands for. */
    MemorySegment procPath(int descriptor) {
        int digits = 1;
        for (int rest = descriptor; rest >= 10; rest /= 10) {
            digits++;
        }
        assert digits <= MAX_DIGITS;
        int rest = descriptor;
        for (int i = PROC_FD.length + digits - 1; i >= PROC_FD.length; i--) {
            third.set(ValueLayout.JAVA_BYTE, i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        third.set(ValueLayout.JAVA_BYTE, PROC_FD.length + digits, (byte) 0);
        return third;
    }

    private static MemorySegment terminated(MemorySegment buffer, byte[] name) {
        if (name == null) {
            return MemorySegment.NULL;
        }
        // A longer name is cut one byte past the limit: the kernel then refuses it with ENAMETOOLONG, as it should.
        int length = Math.min(name.length, PATH_MAX - 1);
        MemorySegment.copy(name, 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
        buffer.set(ValueLayout.JAVA_BYTE, length, (byte) 0);
        return buffer;
    }
}
