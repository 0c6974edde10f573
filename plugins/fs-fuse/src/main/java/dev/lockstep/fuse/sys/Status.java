package dev.lockstep.fuse.sys;

import dev.lockstep.api.fs.Timestamp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The result of statx(2) in native memory, read in place ({@code struct statx} of {@code linux/stat.h}). Reused by its owner. */
public final class Status {
    /** STATX_BASIC_STATS. */
    public static final int BASIC = 0x7ff;
    /** STATX_BASIC_STATS and STATX_BTIME. */
    public static final int BASIC_AND_BIRTH = 0xfff;
    /** STATX_BASIC_STATS and STATX_MNT_ID. */
    public static final int BASIC_AND_MOUNT = 0x17ff;

    /** Bytes of {@code struct statx}. */
    public static final int SIZE = 256;

    /** Bytes of it that are of the object and not of the mount it was reached by. */
    public static final int OBJECT_SIZE = 144;

    public static final int TYPE_MASK = 0xF000;
    public static final int TYPE_DIRECTORY = 0x4000;
    public static final int TYPE_FILE = 0x8000;
    public static final int TYPE_LINK = 0xA000;
    public static final int SET_UID = 0x800;
    public static final int SET_GID = 0x400;
    public static final int STICKY = 0x200;
    public static final int GROUP_EXECUTE = 0x8;
    /** The replicated bits of a mode. */
    public static final int PERMISSIONS = 0xFFF;

    private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 8);

    MemorySegment memory() {
        return memory;
    }

    /** Copies what is of the object, as it was answered. */
    public void copyTo(MemorySegment target, long at) {
        MemorySegment.copy(memory, 0, target, at, OBJECT_SIZE);
    }

    public int blockSize() {
        return memory.get(ValueLayout.JAVA_INT, 4);
    }

    public int links() {
        return memory.get(ValueLayout.JAVA_INT, 16);
    }

    /** Makes the link count say 0, whatever the file system says. */
    public void hideLinks() {
        memory.set(ValueLayout.JAVA_INT, 16, 0);
    }

    public int uid() {
        return memory.get(ValueLayout.JAVA_INT, 20);
    }

    public int gid() {
        return memory.get(ValueLayout.JAVA_INT, 24);
    }

    /** Type and permission bits. */
    public int mode() {
        return Short.toUnsignedInt(memory.get(ValueLayout.JAVA_SHORT, 28));
    }

    public long inode() {
        return memory.get(ValueLayout.JAVA_LONG, 32);
    }

    public long size() {
        return memory.get(ValueLayout.JAVA_LONG, 40);
    }

    /** In units of 512 bytes. */
    public long blocks() {
        return memory.get(ValueLayout.JAVA_LONG, 48);
    }

    public Timestamp accessed() {
        return time(64);
    }

    public Timestamp changed() {
        return time(96);
    }

    public Timestamp modified() {
        return time(112);
    }

    public long accessedSeconds() {
        return memory.get(ValueLayout.JAVA_LONG, 64);
    }

    public int accessedFraction() {
        return memory.get(ValueLayout.JAVA_INT, 72);
    }

    public long changedSeconds() {
        return memory.get(ValueLayout.JAVA_LONG, 96);
    }

    public int changedFraction() {
        return memory.get(ValueLayout.JAVA_INT, 104);
    }

    public long modifiedSeconds() {
        return memory.get(ValueLayout.JAVA_LONG, 112);
    }

    public int modifiedFraction() {
        return memory.get(ValueLayout.JAVA_INT, 120);
    }

    /** Device number of a device node, in the kernel's 32-bit encoding (12 bits major, 20 bits minor). */
    public int deviceNumber() {
        return encode(memory.get(ValueLayout.JAVA_INT, 128), memory.get(ValueLayout.JAVA_INT, 132));
    }

    /** Device the object lies on, in the same encoding. */
    public int device() {
        return encode(memory.get(ValueLayout.JAVA_INT, 136), memory.get(ValueLayout.JAVA_INT, 140));
    }

    /** Id of the mount the object was reached by, as in mountinfo, where asked for. */
    public long mount() {
        return memory.get(ValueLayout.JAVA_LONG, 144);
    }

    public boolean isDirectory() {
        return (mode() & TYPE_MASK) == TYPE_DIRECTORY;
    }

    public boolean isFile() {
        return (mode() & TYPE_MASK) == TYPE_FILE;
    }

    private Timestamp time(int at) {
        return new Timestamp(memory.get(ValueLayout.JAVA_LONG, at), memory.get(ValueLayout.JAVA_INT, at + 8));
    }

    private static int encode(int major, int minor) {
        return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
    }
}
