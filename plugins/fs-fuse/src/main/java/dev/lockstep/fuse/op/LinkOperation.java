package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Cradle;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.wire.Attr;
import java.lang.foreign.MemorySegment;

/** LINK: one more name for an object, or the first one for a file that was made without. */
final class LinkOperation implements Operation {
    private static final String OPERATION = "LINK";
    private static final int NAME = 8;

    private final Service service;
    private final CoveredTree tree;
    private final Borders borders;

    LinkOperation(Service service) {
        this.service = service;
        tree = service.tree();
        borders = new Borders(tree);
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        if (service.refusedReadOnly(exchange)) {
            return;
        }
        long parent = exchange.request().node();
        long id = exchange.request().number(0);
        byte[] name = exchange.request().name(NAME);
        if (CoveredTree.isHidden(parent, name)) {
            exchange.answer(Errno.EPERM);
            return;
        }
        try (Descriptor directory = tree.path(parent);
                Descriptor object = tree.path(id)) {
            if (directory.failed() || object.failed()) {
                exchange.answer(directory.failed() ? directory.errno() : object.errno());
            } else if (borders.crosses(id, false, parent, directory.number(), name)) {
                exchange.answer(Errno.EXDEV);
            } else {
                link(exchange, parent, directory.number(), id, object.number(), name);
            }
        }
    }

    private void link(Exchange exchange, long parent, int directory, long id, int object, byte[] name)
            throws FileSystemFailure {
        // A file gets its first name once: the kernel takes one link of a file after the other.
        boolean first = service.nameless().contains(id);
        long from = first ? StableId.CRADLE : StableId.NONE;
        int[] held = tree.locks().lockAll(parent, id, from);
        try {
            boolean local = StableId.isLocal(id);
            if (!local) {
                service.enter(exchange, new Intent.Entries(service.treeIndex(), parent, from));
            }
            int result = first
                    ? tree.cradle().give(OPERATION, id, directory, name)
                    : tree.calls().names().link(OPERATION, object, directory, name);
            if (result < 0) {
                service.abandon(exchange);
                exchange.answer(-result);
                return;
            }
            service.nameless().named(id);
            int known = tree.calls().attributes().status(OPERATION, object, exchange.status());
            byte[] body = new byte[Attr.ENTRY_OUT];
            Attr.writeEntry(MemorySegment.ofArray(body), 0, id, exchange.status(), service.validSeconds());
            tree.references().add(id);
            var reply = exchange.defer(body, false, () -> tree.references().forget(id, 1));
            if (known < 0) {
                reply.failWith(-known);
            }
            if (local) {
                reply.completed(0);
            } else {
                service.commit(exchange, mutation(first, id, parent, name), reply);
            }
        } finally {
            tree.locks().unlockAll(held);
        }
    }

    private Mutation mutation(boolean first, long id, long parent, byte[] name) {
        int index = service.treeIndex();
        return first
                ? new Mutation.Rename(
                        index,
                        StableId.CRADLE,
                        Cradle.nameOf(id),
                        parent,
                        name,
                        id,
                        StableId.NONE,
                        Mutation.Rename.NOREPLACE)
                : new Mutation.Link(index, id, parent, name);
    }
}
