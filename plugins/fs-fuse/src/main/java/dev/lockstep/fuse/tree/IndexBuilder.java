package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Walks the covered directory once when it is taken over: labels what has no stable id yet, mends copies that carry the id of
 * another object and objects whose replication the configuration has changed, and fills the index.
 */
public final class IndexBuilder {
    private static final String OPERATION = "INDEX";
    private static final int LOOK = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;

    private final CoveredTree tree;
    private final FileCalls files;
    private final AttributeCalls attributes;
    private final DirectoryLister lister;
    private final ChangeFinder changes;
    private final Status status = new Status();
    private final Deque<Pending> pending = new ArrayDeque<>();
    /** Ids of objects that have no room for a label, by handle. */
    private final Map<String, Long> kept = new HashMap<>();

    /** A directory still to be walked. */
    private record Pending(long id, String path, boolean limbo) {}

    /**
     * A builder.
     *
     * @param changes told of every object found
     */
    public IndexBuilder(CoveredTree tree, ChangeFinder changes) {
        this.tree = tree;
        this.changes = changes;
        files = tree.calls().files();
        attributes = tree.calls().attributes();
        lister = new DirectoryLister(files);
    }

    /**
     * Walks.
     *
     * @throws IOException with a sentence if an object cannot be labelled
     */
    public void build() throws IOException {
        Failures.check(OPERATION, attributes.status(OPERATION, tree.root(), status));
        if (tree.label().read(OPERATION, tree.root()) != StableId.ROOT) {
            if (!writeLabel(tree.root(), StableId.ROOT, "/")) {
                throw new IOException("the extended attributes of the replicated directory itself leave no room for a"
                        + " label; remove one (setfattr -x) and start again");
            }
            changes.replaced(StableId.ROOT);
        }
        Failures.check(OPERATION, tree.enter(OPERATION, tree.root(), status.inode(), StableId.ROOT));
        changes.found(StableId.ROOT, status.changed());
        pending.add(new Pending(StableId.ROOT, "", false));
        drain();
        cradle();
        // Limbo comes last: of two objects with one id the one in its place keeps it.
        Limbo limbo = new Limbo(tree);
        int directory = limbo.openIfPresent();
        if (directory >= 0) {
            try {
                walk(new Pending(StableId.ROOT, "", true), directory);
            } finally {
                files.close(OPERATION, directory);
            }
            drain();
        }
        tree.keptIds().replace(kept);
    }

    /** What lies in the cradle is kept: on the node that had it open it may still be. */
    private void cradle() throws IOException {
        int directory = tree.cradle().open();
        try {
            Failures.check(OPERATION, attributes.status(OPERATION, directory, status));
            if (tree.label().read(OPERATION, directory) != StableId.CRADLE) {
                if (!writeLabel(directory, StableId.CRADLE, "the cradle")) {
                    throw new FileSystemFailure(Errno.ENOSPC, "labelling the cradle");
                }
                changes.replaced(StableId.CRADLE);
            }
            Failures.check(OPERATION, tree.enter(OPERATION, directory, status.inode(), StableId.CRADLE));
            changes.found(StableId.CRADLE, status.changed());
            walk(new Pending(StableId.CRADLE, "", true), directory);
        } finally {
            files.close(OPERATION, directory);
        }
        drain();
    }

    private void drain() throws IOException {
        while (!pending.isEmpty()) {
            Pending next = pending.poll();
            int directory = tree.open(next.id, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
            Failures.check(OPERATION, directory);
            try {
                walk(next, directory);
            } finally {
                files.close(OPERATION, directory);
            }
        }
    }

    private void walk(Pending parent, int directory) throws IOException {
        for (byte[] name : lister.names(OPERATION, directory)) {
            if (parent.limbo || !CoveredTree.isHidden(parent.id, name)) {
                visit(parent, directory, name);
            }
        }
    }

    private void visit(Pending parent, int directory, byte[] name) throws IOException {
        int result = attributes.status(OPERATION, directory, name, status);
        if (result == -Errno.ENOENT) {
            return;
        }
        Failures.check(OPERATION, result);
        String path = tree.isUnfiltered() ? "" : childPath(parent, name);
        long id = tree.index().idOfInode(status.inode());
        if (id == 0) {
            boolean local = isLocal(parent, path);
            long labelled = labelled(directory, name);
            if (parent.id == StableId.CRADLE && StableId.isLocal(labelled)) {
                // Only this node had it, and has it open no more.
                Failures.check(OPERATION, tree.cradle().remove(OPERATION, name));
                return;
            }
            id = usable(labelled, local) ? labelled : 0;
            id = enter(directory, name, id, labelled, local, parent);
        }
        if (status.isDirectory()) {
            pending.add(new Pending(id, path, parent.limbo));
        }
    }

    /** The id an object brings along, in its label or in what was kept; 0 if it has none. */
    private long labelled(int directory, byte[] name) throws IOException {
        long labelled = Failures.check(OPERATION, tree.label().readAt(OPERATION, directory, name));
        if (labelled != 0 || tree.keptIds().isEmpty()) {
            return labelled;
        }
        FileHandle handle = FileHandle.current();
        Failures.check(OPERATION, files.nameToHandle(OPERATION, directory, name, handle.empty()));
        long id = tree.keptIds().id(handle.text());
        if (id != 0) {
            // There may be room by now.
            int object = files.open(OPERATION, directory, name, LOOK, 0);
            Failures.check(OPERATION, object);
            try {
                if (tree.label().write(OPERATION, object, id) < 0) {
                    keep(handle, id);
                }
            } finally {
                files.close(OPERATION, object);
            }
        }
        return id;
    }

    private void keep(FileHandle handle, long id) throws IOException {
        if (kept.size() >= KeptIds.MAX) {
            throw new IOException(KeptIds.TOO_MANY);
        }
        kept.put(handle.text(), id);
    }

    private long enter(int directory, byte[] name, long known, long labelled, boolean local, Pending parent)
            throws IOException {
        ObjectBudget objects = tree.budget().objects();
        if (!objects.hasRoom() && !(known != 0 && tree.index().contains(known))) {
            throw new IOException("all replicated directories together have more than the " + objects.all()
                    + " files and directories the engine has memory for; give it more (LOCKSTEP_HEAP) and restart it");
        }
        long id = known;
        if (id != 0) {
            FileHandle handle = FileHandle.current();
            int result = files.nameToHandle(OPERATION, directory, name, handle.empty());
            Failures.check(OPERATION, result);
            tree.index().put(id, status.inode(), handle);
            changes.found(id, status.changed());
            return id;
        }
        id = tree.newId(local);
        int object = files.open(OPERATION, directory, name, LOOK, 0);
        Failures.check(OPERATION, object);
        try {
            boolean noRoom = !writeLabel(object, id, new String(name, StandardCharsets.UTF_8));
            Failures.check(OPERATION, tree.enter(OPERATION, object, status.inode(), id));
            if (noRoom) {
                FileHandle handle = FileHandle.current();
                Failures.check(OPERATION, files.nameToHandle(OPERATION, directory, name, handle.empty()));
                keep(handle, id);
            }
        } finally {
            files.close(OPERATION, object);
        }
        if (labelled != 0) {
            changes.replaced(labelled);
        }
        changes.replaced(id);
        changes.replaced(parent.id);
        return id;
    }

    /** Whether an object may keep the id it is labelled with. */
    private boolean usable(long labelled, boolean local) {
        return StableId.isOrdinary(labelled)
                && StableId.isLocal(labelled) == local
                && !tree.index().contains(labelled);
    }

    private boolean isLocal(Pending parent, String path) {
        if (StableId.isLocal(parent.id)) {
            return true;
        }
        PathFilter filter = tree.filter();
        return !parent.limbo && !tree.isUnfiltered() && !filter.isReplicated(path, status.isDirectory());
    }

    private static String childPath(Pending parent, byte[] name) {
        String text = new String(name, StandardCharsets.UTF_8);
        return parent.path.isEmpty() ? text : parent.path + "/" + text;
    }

    /** @return false if the extended attributes of the object leave no room */
    private boolean writeLabel(int object, long id, String name) throws IOException {
        int result = tree.label().write(OPERATION, object, id);
        if (result == -Errno.ENOSPC) {
            return false;
        }
        if (result == -Errno.EPERM) {
            throw new IOException("'" + name
                    + "' cannot be labelled: it is immutable; remove the attribute (chattr -i) and start again");
        }
        if (result == -Errno.EOPNOTSUPP) {
            throw new IOException("the file system of the replicated directory has no trusted extended attributes;"
                    + " use ext4, xfs or btrfs");
        }
        if (result < 0) {
            throw new FileSystemFailure(-result, "labelling '" + name + "'");
        }
        return true;
    }
}
