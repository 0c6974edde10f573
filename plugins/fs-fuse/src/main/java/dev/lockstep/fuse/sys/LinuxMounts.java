package dev.lockstep.fuse.sys;

import static dev.lockstep.fuse.sys.Downcalls.INT;
import static dev.lockstep.fuse.sys.Downcalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/** {@link MountCalls} of the C library and, for the newer ones it may not know yet, of the kernel directly (Linux 5.12). */
final class LinuxMounts implements MountCalls {
    private static final MethodHandle UMOUNT2 = Downcalls.of("umount2", INT, LONG, INT);
    private static final MethodHandle SYSCALL =
            Downcalls.variadic("syscall", 1, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
    private static final MethodHandle CLOSE = Downcalls.of("close", INT, INT);

    // The same numbers on every architecture since Linux 5.1.
    private static final long SYS_OPEN_TREE = 428;
    private static final long SYS_MOVE_MOUNT = 429;
    private static final long SYS_FSOPEN = 430;
    private static final long SYS_FSCONFIG = 431;
    private static final long SYS_FSMOUNT = 432;
    private static final long SYS_FSPICK = 433;
    private static final long SYS_MOUNT_SETATTR = 442;

    private static final long OPEN_TREE_CLONE = 1;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long FSOPEN_CLOEXEC = 1;
    private static final long FSMOUNT_CLOEXEC = 1;
    private static final long FSPICK_CLOEXEC = 1;
    private static final long FSPICK_EMPTY_PATH = 8;
    private static final long FSCONFIG_SET_FLAG = 0;
    private static final long FSCONFIG_SET_STRING = 1;
    private static final long FSCONFIG_CMD_CREATE = 6;
    private static final long FSCONFIG_CMD_RECONFIGURE = 7;
    private static final long MOUNT_ATTR_RDONLY = 1;
    private static final long MOUNT_ATTR_NOSUID = 2;
    private static final long MOUNT_ATTR_NODEV = 4;
    private static final long MOUNT_ATTR_NOEXEC = 8;
    private static final long MOUNT_ATTR_NOSYMFOLLOW = 0x200000;
    private static final long MOUNT_ATTR_ATIME_MASK = 0x70;
    private static final long MOUNT_ATTR_NOATIME = 0x10;
    private static final long MS_PRIVATE = 1 << 18;
    private static final long MOUNT_ATTR_SIZE = 32;

    @Override
    public int create(String operation, String type, Map<String, String> options, boolean readOnly, long flags) {
        ThreadMemory memory = ThreadMemory.current();
        try (Arena arena = Arena.ofConfined()) {
            int fresh = call(memory, SYS_FSOPEN, arena.allocateFrom(type).address(), FSOPEN_CLOEXEC, 0, 0, 0);
            if (fresh < 0) {
                return fresh;
            }
            try {
                int result = readOnly ? configure(memory, arena, fresh, FSCONFIG_SET_FLAG, "ro", "") : 0;
                for (Map.Entry<String, String> option : options.entrySet()) {
                    String value = option.getValue();
                    long how = value.isEmpty() ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING;
                    result = result < 0 ? result : configure(memory, arena, fresh, how, option.getKey(), value);
                }
                result = result < 0 ? result : configure(memory, arena, fresh, FSCONFIG_CMD_CREATE, "", "");
                return result < 0 ? result : call(memory, SYS_FSMOUNT, fresh, FSMOUNT_CLOEXEC, attributes(flags), 0, 0);
            } finally {
                close(fresh);
            }
        }
    }

    /** An empty name or value is none. */
    private static int configure(ThreadMemory memory, Arena arena, int fresh, long how, String name, String value) {
        long key = name.isEmpty() ? 0 : arena.allocateFrom(name).address();
        long text = value.isEmpty() ? 0 : arena.allocateFrom(value).address();
        return call(memory, SYS_FSCONFIG, fresh, how, key, text, 0);
    }

    /** Flags of mount(2) as those of fsmount(2). */
    private static long attributes(long flags) {
        return ((flags & NO_SUID) != 0 ? MOUNT_ATTR_NOSUID : 0)
                | ((flags & NO_DEVICES) != 0 ? MOUNT_ATTR_NODEV : 0)
                | ((flags & NO_EXECUTION) != 0 ? MOUNT_ATTR_NOEXEC : 0)
                | ((flags & NO_LINKS) != 0 ? MOUNT_ATTR_NOSYMFOLLOW : 0)
                | ((flags & NO_ACCESS_TIMES) != 0 ? MOUNT_ATTR_NOATIME : 0);
    }

    @Override
    public int openForWriting(String operation, int mount, long flags) {
        ThreadMemory memory = ThreadMemory.current();
        long all = NO_SUID | NO_DEVICES | NO_EXECUTION | NO_LINKS;
        int result = setAttributes(memory, mount, attributes(flags), attributes(all) | MOUNT_ATTR_ATIME_MASK, 0);
        if (result < 0) {
            return result;
        }
        long itself = memory.name(new byte[0]).address();
        int present = call(memory, SYS_FSPICK, mount, itself, FSPICK_CLOEXEC | FSPICK_EMPTY_PATH, 0, 0);
        if (present < 0) {
            return present;
        }
        try (Arena arena = Arena.ofConfined()) {
            result = configure(memory, arena, present, FSCONFIG_SET_FLAG, "rw", "");
            return result < 0 ? result : configure(memory, arena, present, FSCONFIG_CMD_RECONFIGURE, "", "");
        } finally {
            close(present);
        }
    }

    /** mount_setattr(2) of the mount itself. */
    private static int setAttributes(ThreadMemory memory, int mount, long set, long clear, long propagation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(MOUNT_ATTR_SIZE, 8);
            attributes.set(ValueLayout.JAVA_LONG, 0, set);
            attributes.set(ValueLayout.JAVA_LONG, 8, clear);
            attributes.set(ValueLayout.JAVA_LONG, 16, propagation);
            long itself = memory.name(new byte[0]).address();
            return call(
                    memory,
                    SYS_MOUNT_SETATTR,
                    mount,
                    itself,
                    AtFlags.EMPTY_PATH,
                    attributes.address(),
                    MOUNT_ATTR_SIZE);
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
        long set = MOUNT_ATTR_NOATIME | (readOnly ? MOUNT_ATTR_RDONLY : 0);
        long clear = MOUNT_ATTR_ATIME_MASK | (readOnly ? 0 : MOUNT_ATTR_RDONLY);
        int result = setAttributes(memory, tree, set, clear, MS_PRIVATE);
        if (result < 0) {
            close(tree);
            return result;
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
