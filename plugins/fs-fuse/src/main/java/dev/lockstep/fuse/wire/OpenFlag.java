package dev.lockstep.fuse.wire;

/** Flags in open, write and setattr messages that are FUSE's own. */
public final class OpenFlag {
    /** Reply to OPEN: reads and writes bypass the kernel's page cache. */
    public static final int DIRECT_IO = 1;
    /** Reply to OPEN: what the kernel has cached of the file is still right. */
    public static final int KEEP_CACHE = 1 << 1;
    /** Reply to OPENDIR: the kernel may cache the listing. */
    public static final int CACHE_DIR = 1 << 3;
    /** Reply to OPEN: nothing is to be told when a descriptor is closed (Linux 5.16). */
    public static final int NO_FLUSH = 1 << 5;
    /** Reply to OPEN: direct writes that do not extend the file may come at once. */
    public static final int PARALLEL_DIRECT_WRITES = 1 << 6;

    /** OPEN request: clear set-uid and set-gid (with O_TRUNC). */
    public static final int OPEN_KILL_PRIVILEGES = 1;
    /** WRITE request: comes from the page cache; the file handle is a guess. */
    public static final int WRITE_CACHE = 1;
    /** WRITE request: clear set-uid and set-gid. */
    public static final int WRITE_KILL_PRIVILEGES = 1 << 2;
    /** FSYNC request: data only. */
    public static final int FSYNC_DATA = 1;
    /** SETXATTR request: clear set-gid with this ACL. */
    public static final int ACL_KILL_SET_GID = 1;

    private OpenFlag() {}
}
