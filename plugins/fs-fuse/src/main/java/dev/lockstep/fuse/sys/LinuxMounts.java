package dev.lockstep.fuse.sys;

import static dev.lockstep.fuse.sys.Downcalls.INT;
import static dev.lockstep.fuse.sys.Downcalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** {@link MountCalls} of the C library and, for the newer ones it may not know yet, of the kernel directly (Linux 5.12). */
final class LinuxMounts implements MountCalls {
    private static final MethodHandle MOUNT = Downcalls.of("mount", INT, LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle UMOUNT2 = Downcalls.of("umount2", INT, LONG, INT);
    private static final MethodHandle SYSCALL =
            Downcalls.variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle CLOSE = Downcalls.of("close", INT, INT);

    // The same numbers on every architecture since Linux 5.1.
    private static final long SYS_OPEN_TREE = 428;
    private static final long SYS_MOVE_MOUNT = 429;
    private static final long SYS_MOUNT_SETATTR = 442;

    private static final long OPEN_TREE_CLONE = 1;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long MOUNT_ATTR_RDONLY = 1;
    private static final long MOUNT_ATTR_ATIME_MASK = 0x70;
    private static final long MOUNT_ATTR_NOATIME = 0x10;
    private static final long MS_PRIVATE = 1 << 18;
    private static final long MOUNT_ATTR_SIZE = 32;

    @Override
    public int mount(String operation, byte[] source, byte[] target, String type, long flags, String data) {
        ThreadMemory memory = ThreadMemory.current();
        try (Arena arena = Arena.ofConfined()) {
            long from = memory.otherName(source).address();
            long to = memory.name(target).address();
            long kind = type == null ? 0 : arena.allocateFrom(type).address();
            long options = data == null ? 0 : arena.allocateFrom(data).address();
            int result = (int) MOUNT.invokeExact(memory.state(), from, to, kind, flags, options);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int unmount(String operation, byte[] target, int flags) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(target).address();
        try {
            int result = (int) UMOUNT2.invokeExact(memory.state(), path, flags);
            return result < 0 ? memory.failure() : result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    @Override
    public int cloneTree(String operation, byte[] directory, boolean readOnly) {
        ThreadMemory memory = ThreadMemory.current();
        long path = memory.name(directory).address();
        int tree = call(memory, SYS_OPEN_TREE, AtFlags.FDCWD, path, OPEN_TREE_CLONE | OpenFlags.CLOEXEC, 0, 0);
        if (tree < 0) {
            return tree;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(MOUNT_ATTR_SIZE, 8);
            attributes.set(ValueLayout.JAVA_LONG, 0, MOUNT_ATTR_NOATIME | (readOnly ? MOUNT_ATTR_RDONLY : 0));
            attributes.set(ValueLayout.JAVA_LONG, 8, MOUNT_ATTR_ATIME_MASK | (readOnly ? 0 : MOUNT_ATTR_RDONLY));
            attributes.set(ValueLayout.JAVA_LONG, 16, MS_PRIVATE);
            long empty = memory.name(new byte[0]).address();
            int result = call(
                    memory, SYS_MOUNT_SETATTR, tree, empty, AtFlags.EMPTY_PATH, attributes.address(), MOUNT_ATTR_SIZE);
            if (result < 0) {
                close(tree);
                return result;
            }
        }
        return tree;
    }

    @Override
    public int attach(String operation, int tree, byte[] target) {
        ThreadMemory memory = ThreadMemory.current();
        long empty = memory.name(new byte[0]).address();
        long path = memory.otherName(target).address();
        return call(memory, SYS_MOVE_MOUNT, tree, empty, AtFlags.FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
    }

    private static int call(ThreadMemory memory, long number, long a, long b, long c, long d, long e) {
        try {
            long result = (long) SYSCALL.invokeExact(memory.state(), number, a, b, c, d, e);
            return result < 0 ? memory.failure() : (int) result;
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }

    private static void close(int descriptor) {
        ThreadMemory memory = ThreadMemory.current();
        try {
            int _ = (int) CLOSE.invokeExact(memory.state(), descriptor);
        } catch (Throwable t) {
            throw Downcalls.impossible(t);
        }
    }
}
