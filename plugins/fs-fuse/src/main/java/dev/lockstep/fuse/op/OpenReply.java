package dev.lockstep.fuse.op;

import dev.lockstep.fuse.wire.OpenFlag;

/** What the kernel is told about a file it has opened ({@code struct fuse_open_out}). */
final class OpenReply {
    /** Bytes of the struct. */
    static final int SIZE = 16;

    private OpenReply() {}

    /**
     * How the kernel may cache.
     *
     * @param readOnly the tree changes below the mount: nothing is cached
     * @param direct the application opened with O_DIRECT: it caches by itself, and wants its writes at once
     */
    static int flags(boolean readOnly, boolean direct) {
        if (readOnly) {
            return OpenFlag.DIRECT_IO;
        }
        return direct ? OpenFlag.DIRECT_IO | OpenFlag.PARALLEL_DIRECT_WRITES : OpenFlag.KEEP_CACHE;
    }
}
