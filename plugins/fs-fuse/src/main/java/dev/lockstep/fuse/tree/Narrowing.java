package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Status;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Takes rights from objects of a joining node before it is given what they might show to somebody who must not see it. */
final class Narrowing {
    private static final byte[] ACCESS_LIST = "system.posix_acl_access".getBytes(StandardCharsets.US_ASCII);
    private static final int SEALED = 0700;

    private final CoveredTree tree;
    private final AttributeCalls attributes;
    private final ExtendedAttributes extended;

    Narrowing(CoveredTree tree) {
        this.tree = tree;
        attributes = tree.calls().attributes();
        extended = new ExtendedAttributes(attributes);
    }

    void tighten(String operation, ObjectState wanted) throws FileSystemFailure {
        try (Descriptor object = tree.path(wanted.id())) {
            int descriptor = Failures.descriptor(operation, object);
            Status status = new Status();
            Failures.check(operation, attributes.status(operation, descriptor, status));
            if (isLink(status)) {
                return;
            }
            Attributes after = wanted.attributes();
            boolean sameOwner = status.uid() == after.uid() && status.gid() == after.gid();
            if (sameOwner && sameList(operation, descriptor, wanted)) {
                // Of one owner and one list it is the bits that decide, those of the group as the list's mask.
                narrow(operation, descriptor, status, after.mode());
            } else {
                seal(operation, descriptor, status);
            }
        }
    }

    void seal(String operation, long id) throws FileSystemFailure {
        try (Descriptor object = tree.path(id)) {
            int descriptor = Failures.descriptor(operation, object);
            Status status = new Status();
            Failures.check(operation, attributes.status(operation, descriptor, status));
            seal(operation, descriptor, status);
        }
    }

    /**
     * Takes the bits a wanted mode does not have; the status is that of the object, and stays what it was.
     *
     * @return whether there were any
     */
    boolean narrow(String operation, int descriptor, Status status, int wanted) throws FileSystemFailure {
        int mode = status.mode() & Status.PERMISSIONS;
        int narrowed = mode & (wanted | Status.STICKY);
        if (narrowed == mode) {
            return false;
        }
        Failures.check(operation, attributes.changeMode(operation, descriptor, narrowed));
        return true;
    }

    /** Without rights for the group the mask of a list is empty, so nobody it names has any. */
    private void seal(String operation, int descriptor, Status status) throws FileSystemFailure {
        if (isLink(status)) {
            return;
        }
        narrow(operation, descriptor, status, SEALED);
        if (status.uid() != 0) {
            Failures.check(operation, attributes.changeOwner(operation, descriptor, 0, -1));
        }
    }

    private boolean sameList(String operation, int descriptor, ObjectState wanted) throws FileSystemFailure {
        Optional<byte[]> present = list(extended.read(operation, descriptor));
        Optional<byte[]> after = list(wanted.extendedAttributes());
        return present.isPresent() == after.isPresent() && Arrays.equals(entries(present), entries(after));
    }

    private static Optional<byte[]> list(List<ExtendedAttribute> all) {
        return all.stream()
                .filter(one -> Arrays.equals(one.name(), ACCESS_LIST))
                .map(ExtendedAttribute::value)
                .findFirst();
    }

    private static byte[] entries(Optional<byte[]> list) {
        return list.orElse(new byte[0]);
    }

    private static boolean isLink(Status status) {
        return (status.mode() & Status.TYPE_MASK) == Status.TYPE_LINK;
    }
}
