package dev.lockstep.fuse.sys;

/** Bits of open(2) and its relatives (x86-64 and generic values of {@code fcntl.h}; arm64 differs in two, see there). */
public final class OpenFlags {
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

    public static final int ACCESS_MASK = 3;
    public static final int RDONLY = 0;
    public static final int WRONLY = 1;
    public static final int RDWR = 2;
    public static final int CREAT = 0x40;
    public static final int EXCL = 0x80;
    public static final int TRUNC = 0x200;
    public static final int APPEND = 0x400;
    public static final int NONBLOCK = 0x800;
    public static final int DSYNC = 0x1000;
    /** The bit O_SYNC has beyond O_DSYNC. */
    public static final int SYNC_BIT = 0x100000;

    public static final int CLOEXEC = 0x80000;
    public static final int NOATIME = 0x40000;
    public static final int PATH = 0x200000;
    public static final int DIRECT = ARM ? 0x10000 : 0x4000;
    public static final int DIRECTORY = ARM ? 0x4000 : 0x10000;
    public static final int NOFOLLOW = ARM ? 0x8000 : 0x20000;
    public static final int LARGEFILE = ARM ? 0x20000 : 0x8000;

    /** A file without a name in the directory opened. */
    public static final int TMPFILE = 0x400000 | DIRECTORY;

    private OpenFlags() {}
}
