package dev.lockstep.api.fs;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One operation that changes a replicated tree, complete and absolute: applied in the same order to an equal tree it gives
 * an equal tree. Times are absolute, ids are chosen by the node that ran the operation first, defaults (umask, inherited ACL,
 * set-gid directories) are resolved.
 *
 * <p>Every mutation is idempotent when applied again right after itself.
 */
public sealed interface Mutation {
    /** Index of the tree within its module, from 0, in the order of the {@code replicated} elements. */
    int tree();

    /** A new object under a new name. */
    @SuppressWarnings("ArrayRecordComponent")
    record Create(
            int tree,
            long parent,
            byte[] name,
            long id,
            Attributes attributes,
            byte[] linkTarget,
            List<ExtendedAttribute> extendedAttributes)
            implements Mutation {}

    /**
     * Bytes written. {@code data} is valid only during the call that hands it over.
     *
     * @param durable the writer asked for O_SYNC or O_DSYNC: acknowledged only when on disk
     * @param dropPrivileges set-uid, set-gid and security.capability are cleared in the same step
     */
    record Write(int tree, long id, long offset, ByteBuffer data, boolean durable, boolean dropPrivileges)
            implements Mutation {}

    /**
     * Some attributes set. Bits of {@code mask} tell which of the other fields count.
     *
     * @param mask any of {@link #MODE} ... {@link #ACCESSED}
     */
    record SetAttributes(
            int tree,
            long id,
            int mask,
            int mode,
            int uid,
            int gid,
            long size,
            Timestamp modified,
            Timestamp accessed,
            boolean dropPrivileges)
            implements Mutation {
        public static final int MODE = 1;
        public static final int OWNER = 2;
        public static final int GROUP = 4;
        public static final int SIZE = 8;
        public static final int MODIFIED = 16;
        public static final int ACCESSED = 32;
    }

    /** Space allocated, punched, zeroed, collapsed or inserted; {@code mode} as in Linux fallocate(2). */
    record Allocate(int tree, long id, int mode, long offset, long length, boolean dropPrivileges)
            implements Mutation {}

    /** One more name for an object. */
    @SuppressWarnings("ArrayRecordComponent")
    record Link(int tree, long id, long parent, byte[] name) implements Mutation {}

    /**
     * A name removed.
     *
     * @param id the object that had it
     * @param directory whether it was a directory (rmdir)
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Remove(int tree, long parent, byte[] name, long id, boolean directory) implements Mutation {}

    /**
     * A name moved. What stood at the new name is replaced, or exchanged with {@link #EXCHANGE}.
     *
     * @param id the object moved
     * @param replacedId the object that had the new name, or {@link StableId#NONE}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Rename(
            int tree, long parent, byte[] name, long newParent, byte[] newName, long id, long replacedId, int flags)
            implements Mutation {
        /** RENAME_NOREPLACE of renameat2(2). */
        public static final int NOREPLACE = 1;
        /** RENAME_EXCHANGE of renameat2(2). */
        public static final int EXCHANGE = 2;
        /** RENAME_WHITEOUT of renameat2(2); such a rename is a {@link Mutation.Whiteout}. */
        public static final int WHITEOUT = 4;
    }

    /**
     * A name moved, and in the same step a whiteout (the character device 0:0, which hides a name of a lower layer of overlayfs)
     * left at the old one.
     *
     * @param rename the move, with {@link Rename#WHITEOUT}
     * @param left the whiteout, made under the old name
     */
    record Whiteout(Rename rename, Create left) implements Mutation {
        @Override
        public int tree() {
            return rename.tree();
        }
    }

    /** An extended attribute set to a value. */
    @SuppressWarnings("ArrayRecordComponent")
    record SetExtendedAttribute(int tree, long id, byte[] name, byte[] value, int modeAfter) implements Mutation {
        /** {@code modeAfter} when the mode does not follow from the attribute (anything but an ACL). */
        public static final int MODE_UNCHANGED = -1;
    }

    /** An extended attribute removed. */
    @SuppressWarnings("ArrayRecordComponent")
    record RemoveExtendedAttribute(int tree, long id, byte[] name) implements Mutation {}

    /** Inode flags (chattr) set, as in FS_IOC_SETFLAGS. */
    record SetFlags(int tree, long id, int flags) implements Mutation {}

    /** Everything acknowledged so far on this object must be on disk before this is acknowledged (fsync, fdatasync, fsyncdir). */
    record Flush(int tree, long id, boolean dataOnly) implements Mutation {}
}
