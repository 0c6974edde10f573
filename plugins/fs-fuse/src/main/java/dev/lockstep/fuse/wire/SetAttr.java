package dev.lockstep.fuse.wire;

/** {@code struct fuse_setattr_in}: which bits of {@code valid} say what, and where the fields lie. */
public final class SetAttr {
    public static final int MODE = 1;
    public static final int UID = 1 << 1;
    public static final int GID = 1 << 2;
    public static final int SIZE = 1 << 3;
    public static final int ATIME = 1 << 4;
    public static final int MTIME = 1 << 5;
    public static final int FILE_HANDLE = 1 << 6;
    public static final int ATIME_NOW = 1 << 7;
    public static final int MTIME_NOW = 1 << 8;
    public static final int KILL_PRIVILEGES = 1 << 11;

    public static final int AT_VALID = 0;
    public static final int AT_FILE_HANDLE = 8;
    public static final int AT_SIZE = 16;
    public static final int AT_ATIME = 32;
    public static final int AT_MTIME = 40;
    public static final int AT_ATIME_NANOS = 56;
    public static final int AT_MTIME_NANOS = 60;
    public static final int AT_MODE = 68;
    public static final int AT_UID = 76;
    public static final int AT_GID = 80;

    private SetAttr() {}
}
