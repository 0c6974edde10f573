package dev.lockstep.fuse.op;

import dev.lockstep.fuse.tree.BackingFile;

/**
 * One opening of a file by an application.
 *
 * @param backing file, shared with others
 * @param uid who opened it
 * @param inode shared by all openings of the file
 * @param direct whether the kernel passes reads and writes on uncached (O_DIRECT)
 * @param writable whether it was opened for writing
 * @param appends whether the backing file can only be appended to (chattr +a)
 * @param anticipated its flush that nobody has asked for yet
 */
record OpenFile(
        BackingFile backing,
        int uid,
        OpenInode inode,
        boolean direct,
        boolean writable,
        boolean appends,
        AnticipatedFlush anticipated) {
    /** The descriptor of the backing file. */
    int descriptor() {
        return backing.descriptor();
    }
}
