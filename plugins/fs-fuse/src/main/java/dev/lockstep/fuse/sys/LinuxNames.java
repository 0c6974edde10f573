package dev.lockstep.fuse.sys;

import static dev.lockstep.fuse.sys.Downcalls.INT;
import static dev.lockstep.fuse.sys.Downcalls.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** {@link NameCalls} of the C library. */
final class LinuxNames implements NameCalls {
    private static final MethodHandle MKDIRAT = Downcalls.of("mkdirat", INT, INT, LONG, INT);
    private static final MethodHandle MKNODAT = Downcalls.of("mknodat", INT, INT, LONG, INT, LONG);
    private static final MethodHandle SYMLINKAT = Downcalls.of("symlinkat", INT, LONG, INT, LONG);
    private static final MethodHandle READLINKAT = Downcalls.of("readlinkat", LONG, INT, LONG, LONG, LONG);
    private static final MethodHandle LINKAT = Downcalls.of("linkat", INT, INT, LONG, INT, LONG, INT);
    private static final MethodHandle UNLINKAT = Downcalls.of("unlinkat", INT, INT, LONG, INT);
    private static final MethodHandle RENAMEAT2 = Downcalls.of("renameat2", INT, INT, LONG, INT, LONG, INT);
    private static final MethodHandle UMASK = Downcalls.of("umask", INT, INT);

    @Override
    public int makeDirectory(String operation, int directory, byte[] name, int mode) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(name).address();
        try {
            int result = (int) MKDIRAT.invokeExact(memory.state(), directory, path, mode);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int makeNode(String operation, int directory, byte[] name, int mode, int device) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(name).address();
        // The kernel's 32-bit encoding equals the C library's for all numbers it can hold.
        long library = Integer.toUnsignedLong(device);
        try {
            int result = (int) MKNODAT.invokeExact(memory.state(), directory, path, mode, library);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int makeSymbolicLink(String operation, byte[] target, int directory, byte[] name) {
        ThreadMemory memory = ThreadMemory.current();
        long content = memory.otherName(target).address();
        long path = memory.name(name).address();
        try {
            int result = (int) SYMLINKAT.invokeExact(memory.state(), content, directory, path);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public byte[] readLink(String operation, int directory, byte[] name) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(name).address();
        MemorySegment target = memory.otherName(name);
        long capacity = ThreadMemory.PATH_MAX;
        try {
            long length = (long) READLINKAT.invokeExact(memory.state(), directory, path, target.address(), capacity);
            return length < 0 ? null : target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int link(String operation, int descriptor, int directory, byte[] name) {
        ThreadMemory memory = ThreadMemory.current();
        long source = memory.procPath(descriptor).address();
        long path = memory.name(name).address();
        try {
            int result = (int)
                    LINKAT.invokeExact(memory.state(), AtFlags.FDCWD, source, directory, path, AtFlags.SYMLINK_FOLLOW);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int unlink(String operation, int directory, byte[] name, int flags) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(name).address();
        try {
            int result = (int) UNLINKAT.invokeExact(memory.state(), directory, path, flags);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int rename(String operation, int directory, byte[] name, int newDirectory, byte[] newName, int flags) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(name).address();
        long newPath = memory.otherName(newName).address();
        try {
            int result = (int) RENAMEAT2.invokeExact(memory.state(), directory, path, newDirectory, newPath, flags);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int mask(String operation, int bits) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            return (int) UMASK.invokeExact(memory.state(), bits);
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }
}
