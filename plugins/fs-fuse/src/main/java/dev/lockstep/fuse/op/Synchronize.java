package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.OrderLocks;
import dev.lockstep.fuse.wire.OpenFlag;

/**
 * FSYNC: fsync and fdatasync. The peer flushes while the local disk does; answered when both have. The local part of an fdatasync is
 * the anticipated flush of the same opening, if nothing has changed the file since that began.
 */
final class Synchronize implements Operation {
    private static final String OPERATION = "FSYNC";

    private final Service service;
    private final OrderLocks locks;

    Synchronize(Service service) {
        this.service = service;
        locks = service.tree().locks();
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        OpenFile file = service.files().get(exchange.request().number(0));
        if (file == null) {
            exchange.answer(Errno.EBADF);
            return;
        }
        boolean dataOnly = (exchange.request().integer(8) & OpenFlag.FSYNC_DATA) != 0;
        long id = file.inode().id;
        DeferredReply reply;
        boolean covered;
        locks.lock(id);
        try {
            reply = commit(exchange, id, dataOnly);
            covered = service.flushes().isCovered(file, dataOnly);
        } finally {
            locks.unlock(id);
        }
        if (covered) {
            file.anticipated().answer(reply, 0);
        } else {
            exchange.waitForDisk(() -> service.flushes().flush(OPERATION, file, dataOnly, reply));
        }
    }

    private DeferredReply commit(Exchange exchange, long id, boolean dataOnly) throws FileSystemFailure {
        boolean kept = service.isReadOnly() || service.isPrivate(id);
        if (!kept) {
            service.enter(exchange, new Intent.Durability(service.treeIndex(), id));
        }
        DeferredReply reply = exchange.defer(null, true, null);
        if (kept) {
            reply.completed(0);
        } else {
            service.commit(exchange, new Mutation.Flush(service.treeIndex(), id, dataOnly), reply);
        }
        return reply;
    }
}
