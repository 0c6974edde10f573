package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.NameCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The hidden directory where files lie that were made without a name (O_TMPFILE) and have none yet, each named after its id. Having a
 * name there, they are on both nodes, survive a change of the peer and are found by a reintegration, as any other file. Results below
 * zero are negated error numbers. Thread-safe; who changes a file's name here holds its order lock and that of the cradle.
 */
public final class Cradle {
    private static final String OPERATION = "CRADLE";
    private static final byte[] NAME = "cradle".getBytes(StandardCharsets.US_ASCII);
    private static final int NOREPLACE = 1;
    private static final int LOOK = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;

    private final CoveredTree tree;
    private final FileCalls files;
    private final NameCalls names;
    private final InodeFlags flags;

    /**
     * A file that lies here.
     *
     * @param id {@link StableId#NONE} if nobody knows it
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Entry(byte[] name, long id) {}

    Cradle(CoveredTree tree) {
        this.tree = tree;
        files = tree.calls().files();
        names = tree.calls().names();
        flags = new InodeFlags(files);
    }

    /** Opens it, made if needed. */
    int open() throws FileSystemFailure {
        return new Limbo(tree).openHidden(NAME);
    }

    /** The name a file has here. */
    public static byte[] nameOf(long id) {
        return Limbo.nameOf(id);
    }

    /** Gives an open file that has no name at all its name here. */
    public int take(String operation, int file, long id) {
        try (Descriptor here = tree.path(StableId.CRADLE)) {
            return here.failed() ? here.number() : names.link(operation, file, here.number(), nameOf(id));
        }
    }

    /** The flags (chattr) an open file has from the directory it was made in; made here, it would not have them. */
    public int inherited(String operation, int file) {
        long present = flags.get(operation, file);
        return present < 0 || (present & InodeFlags.CARRIED) == 0 ? 0 : (int) present;
    }

    /** Moves a file to where an application wants it, if nothing is there. */
    public int give(String operation, long id, int directory, byte[] name) {
        try (Descriptor here = tree.path(StableId.CRADLE)) {
            return here.failed()
                    ? here.number()
                    : names.rename(operation, here.number(), nameOf(id), directory, name, NOREPLACE);
        }
    }

    /** Removes a file that nobody has open. */
    public int remove(String operation, byte[] name) {
        Status status = new Status();
        try (Descriptor here = tree.path(StableId.CRADLE)) {
            int object = here.failed() ? here.number() : files.open(operation, here.number(), name, LOOK, 0);
            if (object < 0) {
                return object;
            }
            int result = names.unlink(operation, here.number(), name, 0);
            int known = tree.calls().attributes().status(operation, object, status);
            // A file without a name goes with its last user, immutable or not.
            if (result == -Errno.EPERM && known >= 0 && flags.unprotect(operation, object, status)) {
                result = names.unlink(operation, here.number(), name, 0);
            }
            long id = result < 0 || known < 0 ? StableId.NONE : tree.idOfInode(status.inode());
            if (id == StableId.NONE) {
                files.close(operation, object);
            } else {
                tree.lostName(operation, id, object, false, status);
            }
            return result;
        }
    }

    /** What lies here. */
    public List<Entry> entries() throws FileSystemFailure {
        List<Entry> entries = new ArrayList<>();
        Status status = new Status();
        int directory = tree.open(StableId.CRADLE, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        Failures.check(OPERATION, directory);
        try {
            for (byte[] name : new DirectoryLister(files).names(OPERATION, directory)) {
                int result = tree.calls().attributes().status(OPERATION, directory, name, status);
                entries.add(new Entry(name, result < 0 ? StableId.NONE : tree.idOfInode(status.inode())));
            }
        } finally {
            files.close(OPERATION, directory);
        }
        return entries;
    }

    /** Takes the cradle away with whatever lies in it, and the directory around it if nothing else is there. */
    public void dismantle() throws FileSystemFailure {
        for (Entry entry : entries()) {
            Failures.check(OPERATION, remove(OPERATION, entry.name()));
        }
        int hidden = files.open(
                OPERATION,
                tree.root(),
                CoveredTree.hiddenName(),
                OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC,
                0);
        Failures.check(OPERATION, hidden);
        try {
            Failures.check(OPERATION, names.unlink(OPERATION, hidden, NAME, AtFlags.REMOVEDIR));
        } finally {
            files.close(OPERATION, hidden);
        }
        names.unlink(OPERATION, tree.root(), CoveredTree.hiddenName(), AtFlags.REMOVEDIR);
    }
}
