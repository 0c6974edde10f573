package dev.lockstep.fuse.sys;

import static dev.lockstep.fuse.sys.Downcalls.INT;
import static dev.lockstep.fuse.sys.Downcalls.LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** {@link ProcessCalls} of the C library. */
final class LinuxProcess implements ProcessCalls {
    private static final MethodHandle GETEUID = Downcalls.of("geteuid", INT);
    private static final MethodHandle GETRLIMIT = Downcalls.of("getrlimit", INT, INT, LONG);
    private static final MethodHandle SETRLIMIT = Downcalls.of("setrlimit", INT, INT, LONG);
    private static final MethodHandle UNSHARE = Downcalls.of("unshare", INT, INT);
    private static final MethodHandle PRCTL = Downcalls.variadic("prctl", 1, INT, INT, LONG, LONG, LONG, LONG);

    private static final MethodHandle MMAP = Downcalls.of("mmap", LONG, LONG, LONG, INT, INT, INT, LONG);
    private static final MethodHandle MUNMAP = Downcalls.of("munmap", INT, LONG, LONG);
    private static final MethodHandle MADVISE = Downcalls.of("madvise", INT, LONG, LONG, INT);

    private static final int PROT_READ_AND_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_NOHUGEPAGE = 15;

    private static final String GROUPS = "Groups:";
    private static final int RLIMIT_NOFILE = 7;
    /** More open files than this are never wanted. */
    private static final long PLENTY = 262_144;

    private static final int CLONE_FS = 0x200;
    private static final int PR_SET_IO_FLUSHER = 57;
    private static final int PR_GET_IO_FLUSHER = 58;

    @Override
    public int effectiveUser(String operation) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            return (int) GETEUID.invokeExact(memory.state());
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public boolean hasGroup(String operation, int thread, int group) {
        String wanted = Integer.toUnsignedString(group);
        try (Stream<String> lines = Files.lines(Path.of("/proc", Integer.toString(thread), "status"))) {
            return lines.filter(line -> line.startsWith(GROUPS))
                    .flatMap(line ->
                            Arrays.stream(line.substring(GROUPS.length()).trim().split(" ")))
                    .anyMatch(wanted::equals);
        } catch (IOException | UncheckedIOException gone) {
            return false;
        }
    }

    @Override
    public int raiseOpenFiles(String operation) {
        ThreadMemory memory = ThreadMemory.current();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(16, 8);
            int result = (int) GETRLIMIT.invokeExact(memory.state(), RLIMIT_NOFILE, limit.address());
            if (result < 0) {
                return memory.failure();
            }
            long hard = limit.get(ValueLayout.JAVA_LONG, 8);
            // Beyond the hard limit with CAP_SYS_RESOURCE only.
            for (long wanted : hard < PLENTY ? new long[] {PLENTY, hard} : new long[] {hard}) {
                limit.set(ValueLayout.JAVA_LONG, 0, wanted);
                limit.set(ValueLayout.JAVA_LONG, 8, Math.max(wanted, hard));
                result = (int) SETRLIMIT.invokeExact(memory.state(), RLIMIT_NOFILE, limit.address());
                if (result >= 0) {
                    return (int) Math.min(wanted, Integer.MAX_VALUE / 4);
                }
            }
            return memory.failure();
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int ownFileContext(String operation) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) UNSHARE.invokeExact(memory.state(), CLONE_FS);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int markIoFlusher(String operation) {
        return control(PR_SET_IO_FLUSHER, 1);
    }

    @Override
    public int mayMarkIoFlusher(String operation) {
        return control(PR_GET_IO_FLUSHER, 0);
    }

    private static int control(int option, long argument) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) PRCTL.invokeExact(memory.state(), option, argument, 0L, 0L, 0L);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public MemorySegment map(String operation, long length, Arena owner) {
        ThreadMemory memory = ThreadMemory.current();
        long address;
        try {
            address = (long)
                    MMAP.invokeExact(memory.state(), 0L, length, PROT_READ_AND_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
        if (address == -1) {
            throw new OutOfMemoryError("no memory for buffers of " + length + " bytes, errno " + -memory.failure());
        }
        MemorySegment mapped = MemorySegment.ofAddress(address).reinterpret(length, owner, _ -> unmap(address, length));
        // A huge page would be taken as a whole when its first byte is used. Where there are none this fails, and need
        // not be.
        advise(mapped, MADV_NOHUGEPAGE);
        return mapped;
    }

    private static void unmap(long address, long length) {
        try {
            int result = (int) MUNMAP.invokeExact(ThreadMemory.current().state(), address, length);
            assert result == 0;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int giveBack(String operation, MemorySegment mapped) {
        return advise(mapped, MADV_DONTNEED);
    }

    private static int advise(MemorySegment mapped, int advice) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) MADVISE.invokeExact(memory.state(), mapped.address(), mapped.byteSize(), advice);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }
}
