package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.Status;
import java.io.IOException;
import java.util.List;

/** Reads and sets everything of an object but its names and its data. */
public final class ObjectStates {
    private static final byte[] ITSELF = {};

    private final CoveredTree tree;
    private final AttributeCalls attributes;
    private final ExtendedAttributes extended;
    private final InodeFlags flags;
    private final FileTimes times;
    private final Narrowing narrowing;

    public ObjectStates(CoveredTree tree) {
        this.tree = tree;
        attributes = tree.calls().attributes();
        extended = new ExtendedAttributes(attributes);
        flags = new InodeFlags(tree.calls().files());
        times = new FileTimes(tree);
        narrowing = new Narrowing(tree);
    }

    /** The replicated attributes in a status. */
    public static Attributes attributes(Status status) {
        return new Attributes(
                ObjectKind.ofMode(status.mode()),
                status.mode() & Status.PERMISSIONS,
                status.uid(),
                status.gid(),
                status.size(),
                status.modified(),
                status.accessed(),
                status.deviceNumber(),
                status.links());
    }

    ObjectState read(String operation, long id) throws FileSystemFailure {
        try (Descriptor object = tree.path(id)) {
            int descriptor = Failures.descriptor(operation, object);
            Status status = new Status();
            Failures.check(operation, attributes.status(operation, descriptor, status));
            return new ObjectState(id, attributes(status), extended.read(operation, descriptor), (int)
                    Failures.check(operation, flags.carried(operation, descriptor, status)));
        }
    }

    /** Of a file that is open; the status is filled. */
    ObjectState read(String operation, long id, int file, Status status) throws FileSystemFailure {
        Failures.check(operation, attributes.status(operation, file, status));
        return new ObjectState(id, attributes(status), extended.read(operation, file), (int)
                Failures.check(operation, flags.carriedByOpen(operation, file)));
    }

    void write(String operation, ObjectState state) throws FileSystemFailure {
        try (Descriptor object = tree.path(state.id())) {
            int descriptor = Failures.descriptor(operation, object);
            Status status = new Status();
            Failures.check(operation, attributes.status(operation, descriptor, status));
            try {
                write(operation, descriptor, state.attributes(), state.extendedAttributes());
            } catch (FileSystemFailure forbidden) {
                if (forbidden.errno() != Errno.EPERM || !flags.unprotect(operation, descriptor, status)) {
                    throw forbidden;
                }
                write(operation, descriptor, state.attributes(), state.extendedAttributes());
            }
            // Last: what they forbid has been done.
            carried(operation, descriptor, flags.carry(operation, descriptor, status, state.flags()));
        }
    }

    /** Whether what is made in an open directory gets neither lists of who may do what from it nor flags (chattr). */
    boolean isPlain(String operation, int directory) throws FileSystemFailure {
        return extended.read(operation, directory).isEmpty() && flags.carriedByOpen(operation, directory) == 0;
    }

    /**
     * The state of an object just made.
     *
     * @param descriptor if it is a file, one it is open with
     * @param plain whether it has no extended attributes and no flags
     */
    void complete(String operation, int descriptor, ObjectState state, boolean plain, Status status)
            throws FileSystemFailure {
        boolean bare = plain && state.extendedAttributes().isEmpty();
        write(operation, descriptor, state.attributes(), state.extendedAttributes(), bare, status);
        if (plain && state.flags() == 0) {
            return;
        }
        int result = status.isFile()
                ? flags.carryToOpen(operation, descriptor, state.flags())
                : flags.carry(operation, descriptor, status, state.flags());
        carried(operation, descriptor, result);
    }

    private void carried(String operation, int descriptor, int result) throws FileSystemFailure {
        if (InodeFlags.isUnknown(result)) {
            tree.trouble("the file system of this node does not have the flags (chattr) that "
                    + tree.names().pathOf(descriptor) + " has on the peer");
        } else {
            Failures.check(operation, result);
        }
    }

    /** What the peer could store is stored here: without a label, if there is no room for both. @return whether anything changed */
    private boolean writeExtended(String operation, int descriptor, List<ExtendedAttribute> wanted)
            throws FileSystemFailure {
        try {
            return extended.write(operation, descriptor, wanted);
        } catch (FileSystemFailure full) {
            makeRoom(operation, descriptor, full);
            extended.writeAnew(operation, descriptor, wanted);
            return true;
        }
    }

    /** As the peer has set one. */
    void setExtended(String operation, int descriptor, byte[] name, byte[] value) throws FileSystemFailure {
        try {
            extended.set(operation, descriptor, name, value);
        } catch (FileSystemFailure full) {
            makeRoom(operation, descriptor, full);
            extended.set(operation, descriptor, name, value);
        }
    }

    /** Takes the label away for good; its id is kept elsewhere before. */
    private void makeRoom(String operation, int descriptor, FileSystemFailure full) throws FileSystemFailure {
        if (full.errno() != Errno.ENOSPC) {
            throw full;
        }
        long id = Failures.check(operation, tree.label().read(operation, descriptor));
        if (!StableId.isOrdinary(id)) {
            throw full;
        }
        FileHandle handle = FileHandle.current();
        Failures.check(operation, tree.calls().files().nameToHandle(operation, descriptor, ITSELF, handle.empty()));
        try {
            tree.keptIds().keep(handle.text(), id);
        } catch (IOException e) {
            tree.trouble("no room for the extended attributes of "
                    + tree.names().pathOf(descriptor) + ": " + e.getMessage());
            throw full;
        }
        Failures.check(operation, tree.label().remove(operation, descriptor));
    }

    /** Makes an object's state exactly equal to what is given; only what differs is touched. */
    void write(String operation, int descriptor, Attributes wanted, List<ExtendedAttribute> attributesWanted)
            throws FileSystemFailure {
        write(operation, descriptor, wanted, attributesWanted, false, new Status());
    }

    /** @param bare whether it has no extended attributes and is to have none */
    private void write(
            String operation,
            int descriptor,
            Attributes wanted,
            List<ExtendedAttribute> attributesWanted,
            boolean bare,
            Status status)
            throws FileSystemFailure {
        Failures.check(operation, attributes.status(operation, descriptor, status));
        boolean link = wanted.kind() == ObjectKind.SYMBOLIC_LINK;
        boolean touched = false;
        if (!link) {
            // First: on the way from one owner, list and mode to others nobody has rights that neither of them gives.
            touched = narrowing.narrow(operation, descriptor, status, wanted.mode());
        }
        if (status.uid() != wanted.uid() || status.gid() != wanted.gid()) {
            Failures.check(operation, attributes.changeOwner(operation, descriptor, wanted.uid(), wanted.gid()));
            touched = true;
        }
        if (wanted.kind() == ObjectKind.FILE && status.size() != wanted.size()) {
            Failures.check(operation, attributes.truncate(operation, descriptor, wanted.size()));
            touched = true;
        }
        touched |= !bare && writeExtended(operation, descriptor, attributesWanted);
        if (touched) {
            // Changing the owner took set-uid, setting an ACL changed the group bits: the mode comes after both.
            Failures.check(operation, attributes.status(operation, descriptor, status));
        }
        if (!link && (status.mode() & Status.PERMISSIONS) != wanted.mode()) {
            Failures.check(operation, attributes.changeMode(operation, descriptor, wanted.mode()));
        }
        if (!status.modified().equals(wanted.modified()) || !status.accessed().equals(wanted.accessed())) {
            times.set(operation, descriptor, wanted.accessed(), wanted.modified());
        }
    }
}
