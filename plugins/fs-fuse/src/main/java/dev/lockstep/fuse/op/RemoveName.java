package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.wire.Opcode;

/** UNLINK and RMDIR. An object that loses its last name stays reachable for those who have it open. */
final class RemoveName implements Operation {
    private static final int LOOK = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;

    private final Service service;
    private final CoveredTree tree;

    RemoveName(Service service) {
        this.service = service;
        tree = service.tree();
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        if (service.refusedReadOnly(exchange)) {
            return;
        }
        boolean isDirectory = exchange.request().opcode() == Opcode.RMDIR;
        String operation = isDirectory ? "RMDIR" : "UNLINK";
        byte[] name = exchange.request().name(0);
        long parent = exchange.request().node();
        if (CoveredTree.isHidden(parent, name)) {
            exchange.answer(Errno.ENOENT);
            return;
        }
        try (Descriptor directory = tree.path(parent)) {
            if (directory.failed()) {
                exchange.answer(directory.errno());
                return;
            }
            int object = tree.calls().files().open(operation, directory.number(), name, LOOK, 0);
            if (object < 0) {
                exchange.answer(-object);
                return;
            }
            boolean handedOver = false;
            try {
                handedOver = remove(exchange, operation, parent, directory.number(), name, object, isDirectory);
            } finally {
                if (!handedOver) {
                    tree.calls().files().close(operation, object);
                }
            }
        }
    }

    /** Whether the descriptor of the object was handed over. */
    private boolean remove(
            Exchange exchange,
            String operation,
            long parent,
            int directory,
            byte[] name,
            int object,
            boolean isDirectory)
            throws FileSystemFailure {
        Status status = exchange.status();
        int known = tree.calls().attributes().status(operation, object, status);
        long id = known < 0 ? known : tree.identify(operation, directory, name, status);
        if (id < 0) {
            exchange.answer((int) -id);
            return false;
        }
        int[] held = tree.locks().lockAll(parent, id);
        try {
            boolean local = StableId.isLocal(id);
            if (!local) {
                service.enter(exchange, new Intent.Entries(service.treeIndex(), parent, StableId.NONE));
            }
            int result = tree.calls().names().unlink(operation, directory, name, isDirectory ? AtFlags.REMOVEDIR : 0);
            if (result < 0) {
                service.abandon(exchange);
                exchange.answer(-result);
                return false;
            }
            tree.lostName(operation, id, object, isDirectory, status);
            if (local) {
                exchange.answer(0);
            } else {
                Mutation.Remove removal = new Mutation.Remove(service.treeIndex(), parent, name, id, isDirectory);
                service.commit(exchange, removal, exchange.defer(null, false, null));
            }
            return true;
        } finally {
            tree.locks().unlockAll(held);
        }
    }
}
