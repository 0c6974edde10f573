package dev.lockstep.fuse.sys;

import static dev.lockstep.fuse.sys.Downcalls.INT;
import static dev.lockstep.fuse.sys.Downcalls.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@link FileCalls} of the C library. */
final class LinuxFiles implements FileCalls {
    private static final MethodHandle OPENAT = Downcalls.variadic("openat", 3, INT, INT, LONG, INT, INT);
    private static final MethodHandle OPEN_BY_HANDLE = Downcalls.of("open_by_handle_at", INT, INT, LONG, INT);
    private static final MethodHandle NAME_TO_HANDLE =
            Downcalls.of("name_to_handle_at", INT, INT, LONG, LONG, LONG, INT);
    private static final MethodHandle CLOSE = Downcalls.of("close", INT, INT);
    private static final MethodHandle READ = Downcalls.of("read", LONG, INT, LONG, LONG);
    private static final MethodHandle WRITE = Downcalls.of("write", LONG, INT, LONG, LONG);
    private static final MethodHandle POLL = Downcalls.of("poll", INT, LONG, LONG, INT);
    private static final MethodHandle PREAD = Downcalls.of("pread", LONG, INT, LONG, LONG, LONG);
    private static final MethodHandle PREADV2 = Downcalls.of("preadv2", LONG, INT, LONG, INT, LONG, INT);
    private static final MethodHandle PWRITE = Downcalls.of("pwrite", LONG, INT, LONG, LONG, LONG);
    private static final MethodHandle FALLOCATE = Downcalls.of("fallocate", INT, INT, INT, LONG, LONG);
    private static final MethodHandle FTRUNCATE = Downcalls.of("ftruncate", INT, INT, LONG);
    private static final MethodHandle FSYNC = Downcalls.of("fsync", INT, INT);
    private static final MethodHandle FADVISE = Downcalls.of("posix_fadvise", INT, INT, LONG, LONG, INT);
    private static final MethodHandle SYNC_RANGE = Downcalls.of("sync_file_range", INT, INT, LONG, LONG, INT);
    private static final MethodHandle FDATASYNC = Downcalls.of("fdatasync", INT, INT);
    private static final MethodHandle SYNCFS = Downcalls.of("syncfs", INT, INT);
    private static final MethodHandle LSEEK = Downcalls.of("lseek", LONG, INT, LONG, INT);
    private static final MethodHandle GETDENTS = Downcalls.of("getdents64", LONG, INT, LONG, LONG);
    private static final MethodHandle IOCTL = Downcalls.variadic("ioctl", 2, INT, INT, LONG, LONG);
    private static final int DONT_NEED = 4;
    private static final int RWF_NOWAIT = 8;
    private static final int RANGE_WRITE = 2;
    private static final byte[] ITSELF = {};

    @Override
    public int open(String operation, int directory, byte[] name, int flags, int mode) {
        ThreadMemory memory = ThreadMemory.current();
        return open(memory, directory, memory.name(name), flags, mode);
    }

    @Override
    public int reopen(String operation, int descriptor, int flags) {
        ThreadMemory memory = ThreadMemory.current();
        return open(memory, AtFlags.FDCWD, memory.procPath(descriptor), flags, 0);
    }

    private static int open(ThreadMemory memory, int directory, MemorySegment path, int flags, int mode) {
        try {
            int result;
            do {
                result = (int) OPENAT.invokeExact(memory.state(), directory, path.address(), flags, mode);
            } while (result < 0 && memory.failure() == -Errno.EINTR);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int openByHandle(String operation, int mount, MemorySegment handle, int flags) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result;
            do {
                result = (int) OPEN_BY_HANDLE.invokeExact(memory.state(), mount, handle.address(), flags);
            } while (result < 0 && memory.failure() == -Errno.EINTR);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int nameToHandle(String operation, int directory, byte[] name, MemorySegment handle) {
        ThreadMemory memory = ThreadMemory.current();
        int flags = name.length == 0 ? AtFlags.EMPTY_PATH : 0;
        long path = memory.name(name.length == 0 ? ITSELF : name).address();
        long mountId = memory.otherName(ITSELF).address();
        try {
            int result =
                    (int) NAME_TO_HANDLE.invokeExact(memory.state(), directory, path, handle.address(), mountId, flags);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int close(String operation, int descriptor) {
        // Linux frees the descriptor even when close is interrupted: never repeated.
        return simple(CLOSE, descriptor);
    }

    @Override
    public long read(String operation, int descriptor, MemorySegment buffer, long at, long length) {
        ThreadMemory memory = ThreadMemory.current();
        long address = Downcalls.address(buffer, at, length);
        try {
            long result = (long) READ.invokeExact(memory.state(), descriptor, address, length);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public long write(String operation, int descriptor, MemorySegment buffer, long at, long length) {
        ThreadMemory memory = ThreadMemory.current();
        long address = Downcalls.address(buffer, at, length);
        try {
            long result = (long) WRITE.invokeExact(memory.state(), descriptor, address, length);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int poll(String operation, int descriptor, int events, int milliseconds) {
        ThreadMemory memory = ThreadMemory.current();
        long one = memory.polled(descriptor, events);
        try {
            int result = (int) POLL.invokeExact(memory.state(), one, 1L, milliseconds);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public long pread(String operation, int descriptor, MemorySegment buffer, long at, long length, long offset) {
        ThreadMemory memory = ThreadMemory.current();
        long address = Downcalls.address(buffer, at, length);
        try {
            long result;
            do {
                result = (long) PREAD.invokeExact(memory.state(), descriptor, address, length, offset);
            } while (result < 0 && memory.failure() == -Errno.EINTR);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public long preadNow(String operation, int descriptor, MemorySegment buffer, long at, long length, long offset) {
        ThreadMemory memory = ThreadMemory.current();
        long piece = memory.piece(Downcalls.address(buffer, at, length), length);
        try {
            long result = (long) PREADV2.invokeExact(memory.state(), descriptor, piece, 1, offset, RWF_NOWAIT);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public long pwrite(String operation, int descriptor, MemorySegment buffer, long at, long length, long offset) {
        ThreadMemory memory = ThreadMemory.current();
        long address = Downcalls.address(buffer, at, length);
        try {
            long result;
            do {
                result = (long) PWRITE.invokeExact(memory.state(), descriptor, address, length, offset);
            } while (result < 0 && memory.failure() == -Errno.EINTR);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int fallocate(String operation, int descriptor, int mode, long offset, long length) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result;
            do {
                result = (int) FALLOCATE.invokeExact(memory.state(), descriptor, mode, offset, length);
            } while (result < 0 && memory.failure() == -Errno.EINTR);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int truncate(String operation, int descriptor, long size) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result;
            do {
                result = (int) FTRUNCATE.invokeExact(memory.state(), descriptor, size);
            } while (result < 0 && memory.failure() == -Errno.EINTR);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int fsync(String operation, int descriptor) {
        return repeated(FSYNC, descriptor);
    }

    @Override
    public int dontNeed(String operation, int descriptor, long offset, long length) {
        try {
            // returns what went wrong, instead of leaving it in errno
            return -(int) FADVISE.invokeExact(ThreadMemory.current().state(), descriptor, offset, length, DONT_NEED);
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int writeBack(String operation, int descriptor, long offset, long length) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) SYNC_RANGE.invokeExact(memory.state(), descriptor, offset, length, RANGE_WRITE);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int fdatasync(String operation, int descriptor) {
        return repeated(FDATASYNC, descriptor);
    }

    @Override
    public int syncfs(String operation, int descriptor) {
        return repeated(SYNCFS, descriptor);
    }

    @Override
    public long seek(String operation, int descriptor, long offset, int whence) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            long result = (long) LSEEK.invokeExact(memory.state(), descriptor, offset, whence);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public long directoryEntries(String operation, int descriptor, MemorySegment buffer, long length) {
        ThreadMemory memory = ThreadMemory.current();
        long address = Downcalls.address(buffer, 0, length);
        try {
            long result = (long) GETDENTS.invokeExact(memory.state(), descriptor, address, length);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int ioctl(String operation, int descriptor, int request, MemorySegment argument) {
        ThreadMemory memory = ThreadMemory.current();
        long code = Integer.toUnsignedLong(request);
        try {
            int result = (int) IOCTL.invokeExact(memory.state(), descriptor, code, argument.address());
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    private static int simple(MethodHandle call, int descriptor) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int result = (int) call.invokeExact(memory.state(), descriptor);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    private static int repeated(MethodHandle call, int descriptor) {
        int result;
        do {
            result = simple(call, descriptor);
        } while (result == -Errno.EINTR);
        return result;
    }
}
