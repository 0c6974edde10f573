package dev.lockstep.fuse.op;

/** What is known of a file as long as somebody has it open. The fields are guarded by the order lock of the object. */
final class OpenInode {
    final long id;
    /** Guarded by {@link OpenFiles}. */
    int opens;
    /** Written since its modification time was last told to the peer. */
    boolean modified;
    /** Known to have nothing that a write by an unprivileged user would take from it. */
    boolean unprivileged;

    OpenInode(long id) {
        this.id = id;
    }
}
