package dev.lockstep.fuse.sys;

import static dev.lockstep.fuse.sys.Downcalls.INT;
import static dev.lockstep.fuse.sys.Downcalls.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * {@link AttributeCalls} of the C library. Where the kernel refuses O_PATH descriptors (chmod, xattrs), the object is reached by
 * its magic link in /proc, which leads to the object itself, symbolic links included.
 */
final class LinuxAttributes implements AttributeCalls {
    private static final MethodHandle STATX = Downcalls.of("statx", INT, INT, LONG, INT, INT, LONG);
    private static final MethodHandle FCHMODAT = Downcalls.of("fchmodat", INT, INT, LONG, INT, INT);
    private static final MethodHandle FCHOWNAT = Downcalls.of("fchownat", INT, INT, LONG, INT, INT, INT);
    private static final MethodHandle UTIMENSAT = Downcalls.of("utimensat", INT, INT, LONG, LONG, INT);
    private static final MethodHandle TRUNCATE = Downcalls.of("truncate", INT, LONG, LONG);
    private static final MethodHandle GETXATTR = Downcalls.of("getxattr", LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle LGETXATTR = Downcalls.of("lgetxattr", LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle SETXATTR = Downcalls.of("setxattr", INT, LONG, LONG, LONG, LONG, INT);
    private static final MethodHandle FSETXATTR = Downcalls.of("fsetxattr", INT, INT, LONG, LONG, LONG, INT);
    private static final MethodHandle FLISTXATTR = Downcalls.of("flistxattr", LONG, INT, LONG, LONG);
    private static final MethodHandle LISTXATTR = Downcalls.of("listxattr", LONG, LONG, LONG, LONG);
    private static final MethodHandle REMOVEXATTR = Downcalls.of("removexattr", INT, LONG, LONG);
    private static final MethodHandle FSTATFS = Downcalls.of("fstatfs", INT, INT, LONG);

    private static final byte[] ITSELF = {};

    @Override
    public int status(String operation, int directory, byte[] name, Status result) {
        return status(directory, name, AtFlags.SYMLINK_NOFOLLOW, Status.BASIC, result);
    }

    @Override
    public int status(String operation, int descriptor, Status result) {
        return status(descriptor, ITSELF, AtFlags.EMPTY_PATH | AtFlags.SYMLINK_NOFOLLOW, Status.BASIC, result);
    }

    @Override
    public int statusAndBirth(String operation, int descriptor, Status result) {
        int flags = AtFlags.EMPTY_PATH | AtFlags.SYMLINK_NOFOLLOW;
        return status(descriptor, ITSELF, flags, Status.BASIC_AND_BIRTH, result);
    }

    /** statx(2) in full. */
    static int status(int directory, byte[] name, int flags, int mask, Status result) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(name).address();
        long target = result.memory().address();
        try {
            int code = (int) STATX.invokeExact(memory.state(), directory, path, flags, mask, target);
            return code < 0 ? memory.failure() : code;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int changeMode(String operation, int descriptor, int mode) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.procPath(descriptor).address();
        try {
            int result = (int) FCHMODAT.invokeExact(memory.state(), AtFlags.FDCWD, path, mode, 0);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int changeOwner(String operation, int descriptor, int uid, int gid) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(ITSELF).address();
        int flags = AtFlags.EMPTY_PATH | AtFlags.SYMLINK_NOFOLLOW;
        try {
            int result = (int) FCHOWNAT.invokeExact(memory.state(), descriptor, path, uid, gid, flags);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int changeTimes(String operation, int descriptor, TimeSetting accessed, TimeSetting modified) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.procPath(descriptor).address();
        MemorySegment times = memory.otherName(ITSELF);
        time(times, 0, accessed);
        time(times, 16, modified);
        try {
            int result = (int) UTIMENSAT.invokeExact(memory.state(), AtFlags.FDCWD, path, times.address(), 0);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    private static void time(MemorySegment times, long at, TimeSetting time) {
        times.set(ValueLayout.JAVA_LONG_UNALIGNED, at, time.seconds());
        times.set(ValueLayout.JAVA_LONG_UNALIGNED, at + 8, time.fraction());
    }

    @Override
    public int truncate(String operation, int descriptor, long size) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.procPath(descriptor).address();
        try {
            int result = (int) TRUNCATE.invokeExact(memory.state(), path, size);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int getAttribute(String operation, int descriptor, byte[] name, MemorySegment buffer, long at, long length) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.procPath(descriptor).address();
        long attribute = memory.name(name).address();
        long target = length == 0 ? 0 : Downcalls.address(buffer, at, length);
        try {
            long result = (long) GETXATTR.invokeExact(memory.state(), path, attribute, target, length);
            return result < 0 ? memory.failure() : (int) result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int getAttributeAt(
            String operation, int directory, byte[] file, byte[] name, MemorySegment buffer, long at, long length) {
        ThreadMemory memory = ThreadMemory.current();
        byte[] prefix = ("/proc/self/fd/" + directory + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[prefix.length + file.length];
        System.arraycopy(prefix, 0, whole, 0, prefix.length);
        System.arraycopy(file, 0, whole, prefix.length, file.length);
        long path = memory.name(whole).address();
        long attribute = memory.otherName(name).address();
        long target = Downcalls.address(buffer, at, length);
        try {
            long result = (long) LGETXATTR.invokeExact(memory.state(), path, attribute, target, length);
            return result < 0 ? memory.failure() : (int) result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int setAttribute(
            String operation, int descriptor, byte[] name, MemorySegment value, long at, long length, int flags) {
        ThreadMemory memory = ThreadMemory.current();
        long attribute = memory.name(name).address();
        long source = Downcalls.address(value, at, length);
        try {
            // Shorter than the way through /proc, and possible if the object is really open.
            int direct = (int) FSETXATTR.invokeExact(memory.state(), descriptor, attribute, source, length, flags);
            if (direct >= 0 || memory.failure() != -Errno.EBADF) {
                return direct < 0 ? memory.failure() : direct;
            }
            long path = memory.procPath(descriptor).address();
            int result = (int) SETXATTR.invokeExact(memory.state(), path, attribute, source, length, flags);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int listAttributes(String operation, int descriptor, MemorySegment buffer, long at, long length) {
        ThreadMemory memory = ThreadMemory.current();
        long target = length == 0 ? 0 : Downcalls.address(buffer, at, length);
        try {
            long direct = (long) FLISTXATTR.invokeExact(memory.state(), descriptor, target, length);
            if (direct >= 0 || memory.failure() != -Errno.EBADF) {
                return direct < 0 ? memory.failure() : (int) direct;
            }
            long path = memory.procPath(descriptor).address();
            long result = (long) LISTXATTR.invokeExact(memory.state(), path, target, length);
            return result < 0 ? memory.failure() : (int) result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int removeAttribute(String operation, int descriptor, byte[] name) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.procPath(descriptor).address();
        long attribute = memory.name(name).address();
        try {
            int result = (int) REMOVEXATTR.invokeExact(memory.state(), path, attribute);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int fileSystem(String operation, int descriptor, MemorySegment result) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int code = (int) FSTATFS.invokeExact(memory.state(), descriptor, result.address());
            return code < 0 ? memory.failure() : code;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }
}
