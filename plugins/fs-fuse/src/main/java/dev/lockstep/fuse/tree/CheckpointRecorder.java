package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.util.ArrayDeque;
import java.util.Deque;

/** Records the change time of every object when the directory is let go of, cradle and limbo included. */
public final class CheckpointRecorder {
    private static final String OPERATION = "CHECKPOINT";

    private final CoveredTree tree;
    private final DirectoryLister lister;
    private final Status status = new Status();
    private final Checkpoint checkpoint = new Checkpoint();
    private final Deque<Long> pending = new ArrayDeque<>();

    public CheckpointRecorder(CoveredTree tree) {
        this.tree = tree;
        lister = new DirectoryLister(tree.calls().files());
    }

    /** Walks the tree once. */
    public Checkpoint record() throws FileSystemFailure {
        Failures.check(OPERATION, tree.calls().attributes().status(OPERATION, tree.root(), status));
        checkpoint.put(StableId.ROOT, status.changed());
        pending.add(StableId.ROOT);
        while (!pending.isEmpty()) {
            long id = pending.poll();
            walk(tree.open(id, OpenFlags.RDONLY | OpenFlags.DIRECTORY), id == StableId.ROOT);
        }
        int cradle = tree.open(StableId.CRADLE, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        if (cradle >= 0) {
            Failures.check(OPERATION, tree.calls().attributes().status(OPERATION, cradle, status));
            checkpoint.put(StableId.CRADLE, status.changed());
            walk(cradle, false);
        }
        int limbo = new Limbo(tree).openIfPresent();
        if (limbo >= 0) {
            walk(limbo, false);
            while (!pending.isEmpty()) {
                walk(tree.open(pending.poll(), OpenFlags.RDONLY | OpenFlags.DIRECTORY), false);
            }
        }
        return checkpoint;
    }

    private void walk(int directory, boolean isRoot) throws FileSystemFailure {
        Failures.check(OPERATION, directory);
        try {
            for (byte[] name : lister.names(OPERATION, directory)) {
                if (isRoot && CoveredTree.isHidden(StableId.ROOT, name)) {
                    continue;
                }
                int result = tree.calls().attributes().status(OPERATION, directory, name, status);
                if (result == -Errno.ENOENT) {
                    continue;
                }
                Failures.check(OPERATION, result);
                long id = tree.index().idOfInode(status.inode());
                if (id != 0) {
                    checkpoint.put(id, status.changed());
                    if (status.isDirectory()) {
                        pending.add(id);
                    }
                }
            }
        } finally {
            tree.calls().files().close(OPERATION, directory);
        }
    }
}
