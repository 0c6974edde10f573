package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.tree.ObjectLabel;

/** REMOVEXATTR. */
final class RemoveExtendedAttributeOperation implements Operation {
    private static final String OPERATION = "REMOVEXATTR";

    private final Service service;
    private final CoveredTree tree;

    RemoveExtendedAttributeOperation(Service service) {
        this.service = service;
        tree = service.tree();
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        if (service.refusedReadOnly(exchange)) {
            return;
        }
        byte[] name = exchange.request().name(0);
        if (ObjectLabel.isHidden(name)) {
            exchange.answer(Errno.ENODATA);
            return;
        }
        long id = exchange.request().node();
        try (Descriptor object = tree.path(id)) {
            if (object.failed()) {
                exchange.answer(object.errno());
                return;
            }
            tree.locks().lock(id);
            try {
                remove(exchange, id, object.number(), name);
            } finally {
                tree.locks().unlock(id);
            }
        }
    }

    private void remove(Exchange exchange, long id, int object, byte[] name) throws FileSystemFailure {
        boolean kept = service.isPrivate(id);
        if (!kept) {
            service.enter(exchange, new Intent.AttributesOf(service.treeIndex(), id));
        }
        service.files().changing(id);
        int result = tree.calls().attributes().removeAttribute(OPERATION, object, name);
        if (result < 0) {
            service.abandon(exchange);
            exchange.answer(-result);
        } else if (kept) {
            exchange.answer(0);
        } else {
            Mutation removal = new Mutation.RemoveExtendedAttribute(service.treeIndex(), id, name);
            service.commit(exchange, removal, exchange.defer(null, false, null));
        }
    }
}
