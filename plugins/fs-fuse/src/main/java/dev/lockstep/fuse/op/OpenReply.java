package dev.lockstep.fuse.op;

import dev.lockstep.fuse.sys.OpenFlags;
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
     * @param access of the application, as in open(2)
     */
    static int flags(boolean readOnly, boolean direct, int access) {
        // Who cannot write has nothing to bring when he closes a descriptor.
        int closing = access == OpenFlags.RDONLY ? OpenFlag.NO_FLUSH : 0;
        if (readOnly) {
            return closing | OpenFlag.DIRECT_IO;
        }
        return closing | (direct ? OpenFlag.DIRECT_IO | OpenFlag.PARALLEL_DIRECT_WRITES : OpenFlag.KEEP_CACHE);
    }
}
