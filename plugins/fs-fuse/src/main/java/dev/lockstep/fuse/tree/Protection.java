package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The flags immutable and append-only (chattr) on a node that takes its peer's changes. The peer was allowed the change: through a file
 * opened before, or because the flags of this node are left over from before and a reintegration has yet to set them right. So they
 * are taken off for as long as the change lasts.
 */
final class Protection {
    private static final String OPERATION = "PROTECTION";
    private static final byte[] PARENT = "..".getBytes(StandardCharsets.US_ASCII);
    private static final int LOOK = OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;

    private final CoveredTree tree;
    private final FileCalls files;
    private final InodeFlags flags;

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

    /** Makes a change, if need be with the flags off what it touches. */
    <T> T overcome(Change<T> change, Touched touched) throws FileSystemFailure {
        try {
            return change.make();
        } catch (FileSystemFailure forbidden) {
            if (forbidden.errno() != Errno.EPERM) {
                throw forbidden;
            }
            try (Lifted lifted = lift(touched.ids())) {
                if (lifted.isEmpty()) {
                    throw forbidden;
                }
                return change.make();
            }
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
            case Mutation.Whiteout whiteout -> touched(whiteout.rename());
            case Mutation.SetExtendedAttribute set -> List.of(set.id());
            case Mutation.RemoveExtendedAttribute remove -> List.of(remove.id());
            case Mutation.SetFlags _, Mutation.Flush _ -> List.of();
        };
    }

    private Lifted lift(List<Long> ids) {
        Lifted lifted = new Lifted();
        for (long id : ids) {
            int object = tree.openContent(id, OpenFlags.RDONLY);
            if (object >= 0) {
                // what is to leave its directory needs that too; of a file this is ENOTDIR
                int parent = files.open(OPERATION, object, PARENT, LOOK, 0);
                lifted.add(object);
                if (parent >= 0) {
                    lifted.add(parent);
                }
            }
        }
        return lifted;
    }

    /** Objects whose flags are off for the moment. Closing it puts them back. */
    private final class Lifted implements AutoCloseable {
        private final List<Integer> objects = new ArrayList<>();
        private final List<Integer> before = new ArrayList<>();

        /** Takes the flags off an open object, if it has any, and the descriptor over. */
        void add(int object) {
            long present = flags.get(OPERATION, object);
            boolean lifted = present >= 0
                    && (present & InodeFlags.FORBIDDING) != 0
                    && flags.set(OPERATION, object, (int) present & ~InodeFlags.FORBIDDING) >= 0;
            if (lifted) {
                objects.add(object);
                before.add((int) present);
            } else {
                files.close(OPERATION, object);
            }
        }

        boolean isEmpty() {
            return objects.isEmpty();
        }

        @Override
        public void close() {
            for (int i = 0; i < objects.size(); i++) {
                flags.set(OPERATION, objects.get(i), before.get(i));
                files.close(OPERATION, objects.get(i));
            }
        }
    }
}
