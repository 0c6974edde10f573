package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.tree.ObjectStates;
import dev.lockstep.fuse.wire.Opcode;
import dev.lockstep.fuse.wire.Request;
import java.util.List;

/** RENAME and RENAME2, with what stands at the new name replaced or exchanged. */
final class RenameOperation implements Operation {
    private static final String OPERATION = "RENAME";
    private static final int LOOK = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
    private static final int KNOWN_FLAGS =
            Mutation.Rename.NOREPLACE | Mutation.Rename.EXCHANGE | Mutation.Rename.WHITEOUT;

    /** In place of a descriptor: no name was taken. */
    private static final int NOTHING = Integer.MIN_VALUE;

    private final Service service;
    private final CoveredTree tree;
    private final Borders borders;
    private final Creation creation;

    RenameOperation(Service service) {
        this.service = service;
        tree = service.tree();
        borders = new Borders(tree);
        creation = new Creation(service);
    }

    /** One side of the operation. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Place(long parent, int directory, byte[] name, long id, boolean isDirectory) {}

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        if (service.refusedReadOnly(exchange)) {
            return;
        }
        Request request = exchange.request();
        boolean second = request.opcode() == Opcode.RENAME2;
        int flags = second ? request.integer(8) : 0;
        byte[] name = request.name(second ? 16 : 8);
        byte[] newName = request.name((second ? 16 : 8) + name.length + 1);
        long parent = request.node();
        long newParent = request.number(0);
        if ((flags & ~KNOWN_FLAGS) != 0) {
            exchange.answer(Errno.EINVAL);
            return;
        }
        if (CoveredTree.isHidden(parent, name) || CoveredTree.isHidden(newParent, newName)) {
            exchange.answer(Errno.EPERM);
            return;
        }
        try (Descriptor from = tree.path(parent);
                Descriptor to = tree.path(newParent)) {
            if (from.failed() || to.failed()) {
                exchange.answer(from.failed() ? from.errno() : to.errno());
                return;
            }
            Place source = place(exchange, parent, from.number(), name);
            Place target = place(exchange, newParent, to.number(), newName);
            if (source.id() <= 0) {
                exchange.answer(source.id() == StableId.NONE ? Errno.ENOENT : (int) -source.id());
            } else if (target.id() < 0) {
                exchange.answer((int) -target.id());
            } else {
                rename(exchange, source, target, flags);
            }
        }
    }

    /** Looks at a name: id {@link StableId#NONE} when there is nothing, a negated errno when that cannot be told. */
    private Place place(Exchange exchange, long parent, int directory, byte[] name) {
        Status status = exchange.status();
        int result = tree.calls().attributes().status(OPERATION, directory, name, status);
        if (result < 0) {
            return new Place(parent, directory, name, result == -Errno.ENOENT ? StableId.NONE : result, false);
        }
        boolean isDirectory = status.isDirectory();
        return new Place(parent, directory, name, tree.identify(OPERATION, directory, name, status), isDirectory);
    }

    private void rename(Exchange exchange, Place source, Place target, int flags) throws FileSystemFailure {
        boolean exchanges = (flags & Mutation.Rename.EXCHANGE) != 0;
        boolean crosses = borders.crosses(
                        source.id(), source.isDirectory(), target.parent(), target.directory(), target.name())
                || (exchanges
                        && target.id() != StableId.NONE
                        && borders.crosses(
                                target.id(), target.isDirectory(), source.parent(), source.directory(), source.name()));
        if (crosses) {
            exchange.answer(Errno.EXDEV);
            return;
        }
        int[] held = tree.locks().lockAll(source.parent(), target.parent(), source.id(), target.id());
        try (Replaced replaced = exchanges ? new Replaced(NOTHING) : replaced(target)) {
            if (replaced.failed()) {
                exchange.answer(-replaced.descriptor);
                return;
            }
            move(exchange, source, target, flags, replaced);
        } finally {
            tree.locks().unlockAll(held);
        }
    }

    /** What a rename takes the name of, held open until it is known whether it was its last one. */
    private final class Replaced implements AutoCloseable {
        /** {@link #NOTHING}, or the negative number of an error. */
        private int descriptor;

        Replaced(int descriptor) {
            this.descriptor = descriptor;
        }

        boolean failed() {
            return descriptor < 0 && descriptor != NOTHING;
        }

        /** The descriptor, which is the caller's from now on. */
        int take() {
            int taken = descriptor;
            descriptor = NOTHING;
            return taken;
        }

        @Override
        public void close() {
            if (descriptor >= 0) {
                tree.calls().files().close(OPERATION, descriptor);
            }
        }
    }

    private Replaced replaced(Place target) {
        if (target.id() == StableId.NONE) {
            return new Replaced(NOTHING);
        }
        return new Replaced(tree.calls().files().open(OPERATION, target.directory(), target.name(), LOOK, 0));
    }

    private void move(Exchange exchange, Place source, Place target, int flags, Replaced replaced)
            throws FileSystemFailure {
        boolean local = StableId.isLocal(source.id());
        long other = source.parent() == target.parent() ? StableId.NONE : target.parent();
        if (!local) {
            service.enter(exchange, new Intent.Entries(service.treeIndex(), source.parent(), other));
        }
        boolean nothing = source.id() == target.id() && (flags & Mutation.Rename.EXCHANGE) == 0;
        Moved moved = moved(exchange, source, target, flags, (flags & Mutation.Rename.WHITEOUT) != 0 && !nothing);
        if (moved.result() < 0) {
            service.abandon(exchange);
            exchange.answer(-moved.result());
            return;
        }
        // Two names of one object: rename does nothing, and nothing has to be told.
        if (replaced.descriptor >= 0 && !nothing) {
            tree.lostName(OPERATION, target.id(), replaced.take(), target.isDirectory(), exchange.status());
        }
        if (local || nothing) {
            service.abandon(exchange);
            exchange.answer(0);
            return;
        }
        Mutation.Create left = moved.left();
        Mutation.Rename renaming = new Mutation.Rename(
                service.treeIndex(),
                source.parent(),
                source.name(),
                target.parent(),
                target.name(),
                source.id(),
                target.id(),
                left == null ? flags & ~Mutation.Rename.WHITEOUT : flags);
        Mutation told = left == null ? renaming : new Mutation.Whiteout(renaming, left);
        service.commit(exchange, told, exchange.defer(null, false, null));
    }

    /**
     * What became of a rename on the covered directory.
     *
     * @param result negative number of an error
     * @param left what it left at the old name, for the peer; null for nothing
     */
    private record Moved(int result, Mutation.Create left) {}

    private Moved moved(Exchange exchange, Place source, Place target, int flags, boolean leaves)
            throws FileSystemFailure {
        tree.making().lock();
        try {
            int result = tree.calls()
                    .names()
                    .rename(OPERATION, source.directory(), source.name(), target.directory(), target.name(), flags);
            return new Moved(result, result >= 0 && leaves ? whiteout(exchange, source) : null);
        } catch (FileSystemFailure failure) {
            service.doubt(exchange, "a name was moved, and what it left behind could not be labelled");
            throw failure;
        } finally {
            tree.making().unlock();
        }
    }

    /** Labels what a rename has left at the old name. @return how the peer makes it; null if it is of this node alone */
    private Mutation.Create whiteout(Exchange exchange, Place source) throws FileSystemFailure {
        int object = tree.calls().files().open(OPERATION, source.directory(), source.name(), LOOK, 0);
        if (object < 0) {
            throw new FileSystemFailure(-object, OPERATION);
        }
        try {
            boolean local = !tree.isReplicated(source.parent(), source.directory(), source.name(), false);
            long id = tree.newId(local);
            List<ExtendedAttribute> inherited = creation.finish(exchange, OPERATION, source.directory(), object, 0, id);
            if (local) {
                return null;
            }
            Attributes attributes = ObjectStates.attributes(exchange.status());
            return new Mutation.Create(
                    service.treeIndex(), source.parent(), source.name(), id, attributes, new byte[0], inherited);
        } finally {
            tree.calls().files().close(OPERATION, object);
        }
    }
}
