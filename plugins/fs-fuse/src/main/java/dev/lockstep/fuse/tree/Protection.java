package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The flags immutable and append-only (chattr) on a node that takes its peer's changes. The peer was allowed the change, so flags of
 * this node that forbid it are left over from before: they are taken off, and the change is made.
 */
final class Protection {
    private static final String OPERATION = "PROTECTION";
    /** FS_IMMUTABLE_FL and FS_APPEND_FL of {@code linux/fs.h}. */
    private static final int FORBIDDING = 0x10 | 0x20;

    private static final byte[] PARENT = "..".getBytes(StandardCharsets.US_ASCII);
    private static final int LOOK = OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;

    private final CoveredTree tree;
    private final FileCalls files;
    private final InodeFlags flags;
    private final AtomicBoolean told = new AtomicBoolean();

    /** A change of the tree. */
    @FunctionalInterface
    interface Change<T> {
        T make() throws FileSystemFailure;
    }

    /** The objects a change touches, asked for only when it was forbidden. */
    @FunctionalInterface
    interface Touched {
        List<Long> ids() throws FileSystemFailure;
    }

    Protection(CoveredTree tree) {
        this.tree = tree;
        files = tree.calls().files();
        flags = new InodeFlags(files);
    }

    /** Makes a change, if need be after taking the flags off what it touches. */
    <T> T overcome(Change<T> change, Touched touched) throws FileSystemFailure {
        try {
            return change.make();
        } catch (FileSystemFailure forbidden) {
            if (forbidden.errno() != Errno.EPERM || !lift(touched.ids())) {
                throw forbidden;
            }
            return change.make();
        }
    }

    /** What a mutation touches. */
    static List<Long> touched(Mutation mutation) {
        return switch (mutation) {
            case Mutation.Create create -> List.of(create.parent());
            case Mutation.Write write -> List.of(write.id());
            case Mutation.SetAttributes set -> List.of(set.id());
            case Mutation.Allocate allocate -> List.of(allocate.id());
            case Mutation.Link link -> List.of(link.id(), link.parent());
            case Mutation.Remove remove -> List.of(remove.id(), remove.parent());
            case Mutation.Rename rename ->
                List.of(rename.id(), rename.replacedId(), rename.parent(), rename.newParent());
            case Mutation.SetExtendedAttribute set -> List.of(set.id());
            case Mutation.RemoveExtendedAttribute remove -> List.of(remove.id());
            case Mutation.SetFlags _, Mutation.Flush _ -> List.of();
        };
    }

    /** @return whether anything was in the way */
    private boolean lift(List<Long> ids) {
        boolean lifted = false;
        for (long id : ids) {
            int object = tree.openContent(id, OpenFlags.RDONLY);
            if (object >= 0) {
                lifted |= lift(object);
                // what is to leave its directory needs that too; of a file this is ENOTDIR
                int parent = files.open(OPERATION, object, PARENT, LOOK, 0);
                if (parent >= 0) {
                    lifted |= lift(parent);
                    files.close(OPERATION, parent);
                }
                files.close(OPERATION, object);
            }
        }
        return lifted;
    }

    private boolean lift(int object) {
        long present = flags.get(OPERATION, object);
        if (present < 0 || (present & FORBIDDING) == 0) {
            return false;
        }
        boolean lifted = flags.set(OPERATION, object, (int) present & ~FORBIDDING) >= 0;
        if (lifted && !told.getAndSet(true)) {
            tree.notice("the flags immutable and append-only are taken off " + tree.pathOf(object)
                    + " and whatever else the peer has changed: on this node they were left over from before");
        }
        return lifted;
    }
}
