package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.WholeObject;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.NameCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives the directories of a joining node the shape of the peer's, losing nothing until the end. */
final class Reintegration {
    private static final String OPERATION = "REINTEGRATION";
    private static final int NOREPLACE = 1;
    private static final byte[] ATTIC = "attic".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARENT = {'.', '.'};
    private static final int LOOK = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;

    private final CoveredTree tree;
    private final FileCalls files;
    private final NameCalls names;
    private final DirectoryLister lister;
    private final NameApplier applier;
    private final Limbo limbo;
    private final ObjectStates states;
    private final DataWriter writer;

    Reintegration(CoveredTree tree) {
        this.tree = tree;
        files = tree.calls().files();
        names = tree.calls().names();
        lister = new DirectoryLister(files);
        applier = new NameApplier(tree);
        limbo = new Limbo(tree);
        states = new ObjectStates(tree);
        writer = new DataWriter(files);
    }

    void park(long id, List<DirectoryEntry> wanted) throws FileSystemFailure {
        Map<ByteBuffer, Long> ids = new HashMap<>();
        for (DirectoryEntry entry : wanted) {
            ids.put(ByteBuffer.wrap(entry.name()), entry.id());
        }
        Status status = new Status();
        int directory = openDirectory(id);
        try {
            for (byte[] name : lister.names(OPERATION, directory)) {
                if (CoveredTree.isHidden(id, name)) {
                    continue;
                }
                long present = applier.idOf(directory, name, status);
                Long expected = ids.get(ByteBuffer.wrap(name));
                boolean stays = StableId.isLocal(present) || (expected != null && expected == present);
                if (present != StableId.NONE && !stays) {
                    park(directory, name, present, status.isDirectory());
                }
            }
        } finally {
            files.close(OPERATION, directory);
        }
    }

    private void park(int directory, byte[] name, long id, boolean isDirectory) throws FileSystemFailure {
        int place = limbo.open();
        try {
            limbo.take(place, directory, name, id, isDirectory);
        } finally {
            files.close(OPERATION, place);
        }
    }

    List<Long> adopt(long id, List<DirectoryEntry> wanted) throws FileSystemFailure {
        List<Long> created = new ArrayList<>();
        Status status = new Status();
        int directory = openDirectory(id);
        try {
            for (DirectoryEntry entry : wanted) {
                int made = adopt(id, directory, entry, status);
                if (made >= 0) {
                    files.close(OPERATION, made);
                    created.add(entry.id());
                }
            }
        } finally {
            files.close(OPERATION, directory);
        }
        return created;
    }

    List<Long> make(long id, List<WholeObject> wanted) throws FileSystemFailure {
        List<Long> created = new ArrayList<>();
        Status status = new Status();
        int directory = openDirectory(id);
        try {
            boolean plain = states.isPlain(OPERATION, directory);
            for (WholeObject one : wanted) {
                int made = adopt(id, directory, one.entry(), status);
                if (made >= 0) {
                    complete(made, one, plain, status);
                    created.add(one.entry().id());
                }
            }
        } finally {
            files.close(OPERATION, directory);
        }
        return created;
    }

    /**
     * Content and state of an object just made; the descriptor is closed.
     *
     * @param plain whether it was made with nothing but owner, mode and times
     */
    private void complete(int made, WholeObject object, boolean plain, Status status) throws FileSystemFailure {
        try {
            if (object.state().isPresent()) {
                writer.write(OPERATION, made, object.content(), 0);
                states.complete(OPERATION, made, object.state().get(), plain, status);
            }
        } finally {
            files.close(OPERATION, made);
        }
    }

    /** @return a descriptor of the object if it was made, else -1 */
    private int adopt(long id, int directory, DirectoryEntry entry, Status status) throws FileSystemFailure {
        boolean known = tree.index().contains(entry.id());
        if (!known) {
            try {
                return applier.makeEmpty(directory, entry, status);
            } catch (FileSystemFailure taken) {
                if (taken.errno() != Errno.EEXIST) {
                    throw taken;
                }
            }
        }
        long present = applier.idOf(directory, entry.name(), status);
        if (present == entry.id()) {
            return -1;
        }
        if (StableId.isLocal(present)) {
            setAside(directory, entry.name(), present);
        } else if (present != StableId.NONE) {
            park(directory, entry.name(), present, status.isDirectory());
        }
        if (!known) {
            return applier.makeEmpty(directory, entry, status);
        }
        if (entry.kind() == ObjectKind.DIRECTORY) {
            moveDirectory(entry.id(), id, directory, entry.name());
        } else {
            nameAgain(entry.id(), directory, entry.name());
        }
        return -1;
    }

    /** Gives an object that has a name elsewhere, or in limbo, a name here. */
    private void nameAgain(long id, int directory, byte[] name) throws FileSystemFailure {
        try (Descriptor object = tree.path(id)) {
            int existing = Failures.descriptor(OPERATION, object);
            Failures.check(OPERATION, names.link(OPERATION, existing, directory, name));
        }
        int place = limbo.openIfPresent();
        if (place >= 0) {
            try {
                int result = names.unlink(OPERATION, place, Limbo.nameOf(id), 0);
                if (result != -Errno.ENOENT) {
                    Failures.check(OPERATION, result);
                }
            } finally {
                files.close(OPERATION, place);
            }
        }
    }

    private void moveDirectory(long id, long targetId, int target, byte[] name) throws FileSystemFailure {
        int result = tryMove(id, target, name);
        if (result == -Errno.EINVAL) {
            // The target lies inside the directory to be moved: it is out of place itself and goes to limbo until it is
            // adopted.
            int place = limbo.open();
            try {
                Failures.check(OPERATION, tryMove(targetId, place, Limbo.nameOf(targetId)));
            } finally {
                files.close(OPERATION, place);
            }
            result = tryMove(id, target, name);
        }
        Failures.check(OPERATION, result);
    }

    private int tryMove(long id, int target, byte[] name) throws FileSystemFailure {
        try (Descriptor object = tree.path(id)) {
            int descriptor = Failures.descriptor(OPERATION, object);
            byte[] self = ("/proc/self/fd/" + descriptor).getBytes(StandardCharsets.US_ASCII);
            byte[] path = names.readLink(OPERATION, -1, self);
            if (path == null) {
                return -Errno.ENOENT;
            }
            int start = path.length;
            while (start > 0 && path[start - 1] != '/') {
                start--;
            }
            byte[] present = java.util.Arrays.copyOfRange(path, start, path.length);
            int parent = files.open(OPERATION, descriptor, PARENT, LOOK | OpenFlags.DIRECTORY, 0);
            Failures.check(OPERATION, parent);
            try {
                return names.rename(OPERATION, parent, present, target, name, NOREPLACE);
            } finally {
                files.close(OPERATION, parent);
            }
        }
    }

    /** Moves an object of this node alone that stands where the peer has a replicated one out of the way, for good. */
    private void setAside(int directory, byte[] name, long id) throws FileSystemFailure {
        int attic = limbo.openHidden(ATTIC);
        try {
            Failures.check(OPERATION, names.rename(OPERATION, directory, name, attic, Limbo.nameOf(id), NOREPLACE));
        } finally {
            files.close(OPERATION, attic);
        }
        tree.notice(
                "'" + new String(name, StandardCharsets.UTF_8) + "' stood where the peer has another object; it is now"
                        + " .lockstep/attic/" + Long.toHexString(id) + " of the covered directory");
        forgetTree(id);
    }

    void clearLimbo() throws FileSystemFailure {
        int place = limbo.openIfPresent();
        if (place == -Errno.ENOENT) {
            return;
        }
        Failures.check(OPERATION, place);
        try {
            limbo.empty(place, new Status());
        } finally {
            files.close(OPERATION, place);
        }
    }

    int moveToAttic(String label) throws FileSystemFailure {
        int attic = limbo.openHidden(ATTIC);
        int place;
        try {
            byte[] name = label.getBytes(StandardCharsets.UTF_8);
            limbo.make(attic, name);
            place = files.open(OPERATION, attic, name, OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC, 0);
            Failures.check(OPERATION, place);
        } finally {
            files.close(OPERATION, attic);
        }
        int moved = 0;
        Status status = new Status();
        int root = openDirectory(StableId.ROOT);
        try {
            for (byte[] name : lister.names(OPERATION, root)) {
                if (CoveredTree.isHidden(StableId.ROOT, name)) {
                    continue;
                }
                long id = applier.idOf(root, name, status);
                if (id != StableId.NONE && !StableId.isLocal(id)) {
                    boolean isDirectory = status.isDirectory();
                    Failures.check(OPERATION, names.rename(OPERATION, root, name, place, name, NOREPLACE));
                    if (isDirectory) {
                        forgetTree(id);
                    } else {
                        tree.forget(id);
                    }
                    moved++;
                }
            }
        } finally {
            files.close(OPERATION, root);
            files.close(OPERATION, place);
        }
        return moved;
    }

    /** Forgets an object and everything below it. */
    private void forgetTree(long top) throws FileSystemFailure {
        Deque<Long> pending = new ArrayDeque<>(List.of(top));
        Status status = new Status();
        while (!pending.isEmpty()) {
            long id = pending.poll();
            int directory = tree.open(id, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
            if (directory >= 0) {
                try {
                    for (byte[] name : lister.names(OPERATION, directory)) {
                        if (tree.calls().attributes().status(OPERATION, directory, name, status) >= 0) {
                            long child = tree.index().idOfInode(status.inode());
                            if (child != 0 && status.isDirectory()) {
                                pending.add(child);
                            } else if (child != 0) {
                                tree.forget(child);
                            }
                        }
                    }
                } finally {
                    files.close(OPERATION, directory);
                }
            }
            tree.forget(id);
        }
    }

    private int openDirectory(long id) throws FileSystemFailure {
        return (int) Failures.check(OPERATION, tree.open(id, OpenFlags.RDONLY | OpenFlags.DIRECTORY));
    }
}
