package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.tree.ExtendedAttributes;
import dev.lockstep.fuse.tree.ObjectMaker;
import dev.lockstep.fuse.tree.ObjectStates;
import dev.lockstep.fuse.wire.Attr;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * What all ways of making an object have in common: owner, set-gid directories, inherited ACLs, the label, the commit. Permission
 * has been checked by the kernel; the object is made as root and then given its owner.
 */
final class Creation {
    /** How an object comes to be: returns a descriptor of it, or a negated errno. */
    @FunctionalInterface
    interface Maker {
        int make(int directory);
    }

    /** What a successful reply carries, and what is undone if the kernel does not take it. */
    interface Answer {
        /** Length of the reply's body, which begins with the entry. */
        int length();

        /** Completes the body behind the entry; {@code object} is the maker's descriptor, now the answer's to close. */
        void complete(byte[] body, long id, int object);

        /** The kernel did not take the reply. */
        void undo();
    }

    private final Service service;
    private final CoveredTree tree;
    private final AttributeCalls attributes;
    private final ExtendedAttributes extended;
    private final ObjectMaker maker;

    Creation(Service service) {
        this.service = service;
        tree = service.tree();
        attributes = tree.calls().attributes();
        extended = new ExtendedAttributes(attributes);
        maker = new ObjectMaker(tree);
    }

    ObjectMaker maker() {
        return maker;
    }

    /**
     * Makes an object.
     *
     * @param mask file mode bits masked where the directory has no default ACL
     * @param mode wanted mode, before mask and ACL
     */
    void run(
            Exchange exchange,
            String operation,
            byte[] name,
            ObjectKind kind,
            int mode,
            int mask,
            byte[] target,
            Maker how,
            Answer answer)
            throws FileSystemFailure {
        long parent = exchange.request().node();
        if (service.refusedReadOnly(exchange) || service.refusedTooMany(exchange)) {
            return;
        }
        if (CoveredTree.isHidden(parent, name)) {
            exchange.answer(Errno.EPERM);
            return;
        }
        try (Descriptor directory = tree.path(parent)) {
            if (directory.failed()) {
                exchange.answer(directory.errno());
                return;
            }
            boolean local = !tree.isReplicated(parent, directory.number(), name, kind == ObjectKind.DIRECTORY);
            tree.locks().lock(parent);
            try {
                if (!local) {
                    service.enter(exchange, new Intent.Entries(service.treeIndex(), parent, StableId.NONE));
                }
                tree.calls().names().mask(operation, mask);
                int object;
                long id;
                List<ExtendedAttribute> inherited;
                tree.making().lock();
                try {
                    object = how.make(directory.number());
                    if (object < 0) {
                        service.abandon(exchange);
                        exchange.answer(-object);
                        return;
                    }
                    id = service.newId(exchange, local);
                    try {
                        inherited = finish(exchange, operation, directory.number(), object, mode, id);
                    } catch (FileSystemFailure failure) {
                        tree.calls().files().close(operation, object);
                        int undone = maker.undo(operation, directory.number(), name, kind == ObjectKind.DIRECTORY);
                        if (undone < 0) {
                            service.doubt(exchange, "an object that could not be completed could not be removed again");
                        }
                        service.abandon(exchange);
                        throw failure;
                    }
                } finally {
                    tree.making().unlock();
                }
                reply(exchange, parent, name, id, target, inherited, object, answer);
            } finally {
                tree.locks().unlock(parent);
            }
        }
    }

    /** Gives a new object its owner, its set-gid bit where that was lost, and its label. */
    List<ExtendedAttribute> finish(Exchange exchange, String operation, int directory, int object, int mode, long id)
            throws FileSystemFailure {
        Status status = exchange.status();
        // First: what is read of the object after it is what the kernel is told.
        check(operation, tree.label(operation, object, id));
        check(operation, attributes.status(operation, object, status));
        int uid = exchange.request().uid();
        int gid = group(exchange, operation, directory);
        if (uid != status.uid() || gid != status.gid()) {
            // Changing the owner of a file takes set-uid and set-gid from it.
            int before = status.mode() & Status.PERMISSIONS;
            boolean special = (mode & (Status.SET_UID | Status.SET_GID)) != 0;
            boolean settable = !status.isDirectory() && (status.mode() & Status.TYPE_MASK) != Status.TYPE_LINK;
            check(operation, attributes.changeOwner(operation, object, uid, gid));
            if (special && settable) {
                check(operation, attributes.changeMode(operation, object, before));
            }
            check(operation, attributes.status(operation, object, status));
        }
        List<ExtendedAttribute> inherited = extended.read(operation, object);
        check(operation, tree.enter(operation, object, status.inode(), id));
        return inherited;
    }

    /** The group of the object whose status was just read: that of its directory where that is set-gid. */
    private int group(Exchange exchange, String operation, int directory) throws FileSystemFailure {
        int wanted = exchange.request().gid();
        if (exchange.status().gid() == wanted) {
            // A set-gid directory has given it its group already.
            return wanted;
        }
        Status parent = exchange.otherStatus();
        check(operation, attributes.status(operation, directory, parent));
        return (parent.mode() & Status.SET_GID) != 0 ? parent.gid() : wanted;
    }

    /** Tells the gate, and the kernel when the gate says so. */
    void reply(
            Exchange exchange,
            long parent,
            byte[] name,
            long id,
            byte[] target,
            List<ExtendedAttribute> inherited,
            int object,
            Answer answer) {
        byte[] body = new byte[answer.length()];
        Attr.writeEntry(MemorySegment.ofArray(body), 0, id, exchange.status(), service.validSeconds());
        tree.references().add(id);
        answer.complete(body, id, object);
        Runnable undo = () -> {
            answer.undo();
            tree.references().forget(id, 1);
        };
        if (exchange.ticket() == Exchange.NO_TICKET) {
            exchange.defer(body, false, undo).completed(0);
            return;
        }
        Mutation.Create create = new Mutation.Create(
                service.treeIndex(),
                parent,
                name,
                id,
                ObjectStates.attributes(exchange.status()),
                target == null ? new byte[0] : Arrays.copyOf(target, target.length),
                inherited);
        service.commit(exchange, create, exchange.defer(body, false, undo));
    }

    private static void check(String operation, int result) throws FileSystemFailure {
        if (result < 0) {
            throw new FileSystemFailure(-result, operation);
        }
    }
}
