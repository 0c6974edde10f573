package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.words.Counted;
import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.NameCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Applies the peer's mutations of names. One that finds its result already there has been applied before and does nothing; one
 * that finds anything else than the peer had fails: the trees differ.
 */
final class NameApplier {
    private static final String OPERATION = "APPLY";
    private static final int LOOK = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
    private static final int NEW_FILE =
            OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
    private static final int PRIVATE = 0600;
    private static final int PRIVATE_DIRECTORY = 0700;

    private final CoveredTree tree;
    private final FileCalls files;
    private final NameCalls names;
    private final AttributeCalls attributes;
    private final ObjectMaker maker;
    private final ObjectStates states;
    private final Limbo limbo;
    private final DirectoryLister lister;

    NameApplier(CoveredTree tree) {
        this.tree = tree;
        files = tree.calls().files();
        names = tree.calls().names();
        attributes = tree.calls().attributes();
        maker = new ObjectMaker(tree);
        states = new ObjectStates(tree);
        limbo = new Limbo(tree);
        lister = new DirectoryLister(files);
    }

    void create(Mutation.Create create) throws FileSystemFailure {
        Status status = new Status();
        try (Descriptor parent = tree.path(create.parent())) {
            int directory = Failures.descriptor(OPERATION, parent);
            long present = idOf(directory, create.name(), status);
            int object;
            if (present == create.id()) {
                object = files.open(OPERATION, directory, create.name(), LOOK, 0);
                Failures.check(OPERATION, object);
            } else if (present != StableId.NONE || tree.index().contains(create.id())) {
                throw new FileSystemFailure(Errno.EEXIST, OPERATION);
            } else {
                Attributes attributes = create.attributes();
                DirectoryEntry entry = new DirectoryEntry(
                        create.name(), create.id(), attributes.kind(), attributes.device(), create.linkTarget());
                object = makeEmpty(directory, entry, status);
            }
            try {
                states.write(OPERATION, object, create.attributes(), create.extendedAttributes());
            } finally {
                files.close(OPERATION, object);
            }
        }
    }

    /** Makes a labelled empty object; returns a descriptor of it: open for reading and writing if it is a file, else O_PATH. */
    int makeEmpty(int directory, DirectoryEntry entry, Status status) throws FileSystemFailure {
        tree.making().lock();
        try {
            return makeAndRegister(directory, entry, status);
        } finally {
            tree.making().unlock();
        }
    }

    private int makeAndRegister(int directory, DirectoryEntry entry, Status status) throws FileSystemFailure {
        int object = make(directory, entry);
        Failures.check(OPERATION, object);
        int result = attributes.status(OPERATION, object, status);
        if (result >= 0) {
            tree.references().beforeMaking(entry.id());
            result = tree.register(OPERATION, object, status.inode(), entry.id());
        }
        if (result < 0) {
            files.close(OPERATION, object);
            maker.undo(OPERATION, directory, entry.name(), entry.kind() == ObjectKind.DIRECTORY);
            Failures.check(OPERATION, result);
        }
        return object;
    }

    private int make(int directory, DirectoryEntry entry) {
        if (entry.kind() == ObjectKind.FILE) {
            return files.open(OPERATION, directory, entry.name(), NEW_FILE, PRIVATE);
        }
        int mode = entry.kind() == ObjectKind.DIRECTORY ? PRIVATE_DIRECTORY : PRIVATE;
        return maker.make(
                OPERATION, directory, entry.name(), entry.kind(), mode, (int) entry.device(), entry.linkTarget());
    }

    void link(Mutation.Link link) throws FileSystemFailure {
        try (Descriptor parent = tree.path(link.parent());
                Descriptor object = tree.path(link.id())) {
            int directory = Failures.descriptor(OPERATION, parent);
            int existing = Failures.descriptor(OPERATION, object);
            long present = idOf(directory, link.name(), new Status());
            if (present != link.id()) {
                Failures.check(OPERATION, names.link(OPERATION, existing, directory, link.name()));
            }
        }
    }

    void remove(Mutation.Remove remove) throws FileSystemFailure {
        Status status = new Status();
        try (Descriptor parent = tree.path(remove.parent())) {
            int directory = Failures.descriptor(OPERATION, parent);
            long present = idOf(directory, remove.name(), status);
            if (present == StableId.NONE) {
                return;
            }
            if (present != remove.id()) {
                throw new FileSystemFailure(Errno.ENOENT, OPERATION);
            }
            int object = files.open(OPERATION, directory, remove.name(), LOOK, 0);
            Failures.check(OPERATION, object);
            int flags = remove.directory() ? AtFlags.REMOVEDIR : 0;
            boolean removed = false;
            try {
                int result = names.unlink(OPERATION, directory, remove.name(), flags);
                if (isNotEmpty(result) && remove.directory() && dropLocal(directory, remove.name())) {
                    result = names.unlink(OPERATION, directory, remove.name(), flags);
                }
                Failures.check(OPERATION, result);
                removed = true;
            } finally {
                if (!removed) {
                    files.close(OPERATION, object);
                }
            }
            tree.lostName(OPERATION, remove.id(), object, remove.directory(), status);
        }
    }

    void rename(Mutation.Rename rename) throws FileSystemFailure {
        rename(rename, null);
    }

    void whiteout(Mutation.Whiteout whiteout) throws FileSystemFailure {
        rename(whiteout.rename(), whiteout.left());
    }

    /** @param left what the rename leaves at the old name, or null */
    private void rename(Mutation.Rename rename, Mutation.Create left) throws FileSystemFailure {
        Status status = new Status();
        try (Descriptor from = tree.path(rename.parent());
                Descriptor to = tree.path(rename.newParent())) {
            int source = Failures.descriptor(OPERATION, from);
            int target = Failures.descriptor(OPERATION, to);
            boolean exchange = (rename.flags() & Mutation.Rename.EXCHANGE) != 0;
            long atSource = idOf(source, rename.name(), status);
            long atTarget = idOf(target, rename.newName(), status);
            boolean targetIsDirectory = atTarget != StableId.NONE && status.isDirectory();
            long remains = left == null ? StableId.NONE : left.id();
            long sourceAfter = exchange ? rename.replacedId() : remains;
            if (atTarget == rename.id() && atSource == sourceAfter) {
                return;
            }
            if (atSource != rename.id() || atTarget != rename.replacedId()) {
                throw new FileSystemFailure(Errno.ENOENT, OPERATION);
            }
            int replaced = -1;
            if (atTarget != StableId.NONE && !exchange) {
                replaced = files.open(OPERATION, target, rename.newName(), LOOK, 0);
                Failures.check(OPERATION, replaced);
            }
            boolean renamed = false;
            try {
                int result = move(source, target, rename, left);
                if (isNotEmpty(result) && targetIsDirectory && !exchange && dropLocal(target, rename.newName())) {
                    result = move(source, target, rename, left);
                }
                Failures.check(OPERATION, result);
                renamed = true;
            } finally {
                if (replaced >= 0 && !renamed) {
                    files.close(OPERATION, replaced);
                }
            }
            if (replaced >= 0) {
                tree.lostName(OPERATION, atTarget, replaced, targetIsDirectory, status);
            }
        }
    }

    /** One step of the file system. The whiteout a rename leaves gets its label and owner before anybody looks at it. */
    private int move(int source, int target, Mutation.Rename rename, Mutation.Create left) throws FileSystemFailure {
        if (left == null) {
            return names.rename(OPERATION, source, rename.name(), target, rename.newName(), rename.flags());
        }
        tree.making().lock();
        try {
            int result = names.rename(OPERATION, source, rename.name(), target, rename.newName(), rename.flags());
            if (result >= 0) {
                complete(source, left);
            }
            return result;
        } finally {
            tree.making().unlock();
        }
    }

    private void complete(int directory, Mutation.Create left) throws FileSystemFailure {
        int object = files.open(OPERATION, directory, left.name(), LOOK, 0);
        Failures.check(OPERATION, object);
        try {
            Status status = new Status();
            Failures.check(OPERATION, attributes.status(OPERATION, object, status));
            tree.references().beforeMaking(left.id());
            Failures.check(OPERATION, tree.register(OPERATION, object, status.inode(), left.id()));
            states.write(OPERATION, object, left.attributes(), left.extendedAttributes());
        } finally {
            files.close(OPERATION, object);
        }
    }

    /**
     * Empties a directory that the peer found empty: what this node alone has in it (left out of the replication) goes with it.
     *
     * @return false, and nothing is touched, if it holds anything replicated: then the trees differ
     */
    private boolean dropLocal(int parent, byte[] name) throws FileSystemFailure {
        int flags = OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
        int directory = files.open(OPERATION, parent, name, flags, 0);
        Failures.check(OPERATION, directory);
        try {
            Status status = new Status();
            List<byte[]> inside = lister.names(OPERATION, directory);
            for (byte[] one : inside) {
                long id = idOf(directory, one, status);
                if (id != StableId.NONE && !StableId.isLocal(id)) {
                    return false;
                }
            }
            limbo.empty(directory, status);
            tree.notice("what only this node had in it, " + Counted.of(inside.size(), "entry", "entries")
                    + ", went with directory '" + new String(name, StandardCharsets.UTF_8)
                    + "', which the primary has removed or replaced");
            return true;
        } finally {
            files.close(OPERATION, directory);
        }
    }

    /** xfs calls it EEXIST when a directory that is not empty is to be replaced; rename(2) allows both. */
    private static boolean isNotEmpty(int result) {
        return result == -Errno.ENOTEMPTY || result == -Errno.EEXIST;
    }

    /** The object under a name; {@link StableId#NONE} when there is none. {@code status} is then undefined. */
    long idOf(int directory, byte[] name, Status status) throws FileSystemFailure {
        int result = attributes.status(OPERATION, directory, name, status);
        if (result == -Errno.ENOENT) {
            return StableId.NONE;
        }
        Failures.check(OPERATION, result);
        return Failures.check(OPERATION, tree.identify(OPERATION, directory, name, status));
    }
}
