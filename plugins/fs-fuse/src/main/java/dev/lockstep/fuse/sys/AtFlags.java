package dev.lockstep.fuse.sys;

/** Bits of the *at family and of statx(2). */
public final class AtFlags {
    /** The special descriptor that stands for the working directory. */
    public static final int FDCWD = -100;

    public static final int SYMLINK_NOFOLLOW = 0x100;
    public static final int REMOVEDIR = 0x200;
    public static final int SYMLINK_FOLLOW = 0x400;
    public static final int EMPTY_PATH = 0x1000;
    /** Attributes as cached, without asking the file system's server. */
    public static final int STATX_DONT_SYNC = 0x4000;

    private AtFlags() {}
}
