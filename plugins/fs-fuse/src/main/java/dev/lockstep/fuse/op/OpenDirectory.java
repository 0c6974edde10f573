package dev.lockstep.fuse.op;

/** One opening of a directory. Its position is guarded by itself: the kernel may read it from several threads. */
final class OpenDirectory {
    final int descriptor;
    /** Who opened it. */
    final int uid;
    /** Where the descriptor stands: the offset the file system gave for what comes next. */
    long position;

    OpenDirectory(int descriptor, int uid) {
        this.descriptor = descriptor;
        this.uid = uid;
    }
}
