package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.tree.OrderLocks;
import dev.lockstep.fuse.wire.OpenFlag;

/** FSYNC: fsync and fdatasync. The peer flushes while the local disk does; answered when both have. */
final class Synchronize implements Operation {
    private static final String OPERATION = "FSYNC";

    private final Service service;
    private final FileCalls files;
    private final OrderLocks locks;

    Synchronize(Service service) {
        this.service = service;
        files = service.tree().calls().files();
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
        DeferredReply reply = commit(exchange, file.inode().id, dataOnly);
        int result =
                dataOnly ? files.fdatasync(OPERATION, file.descriptor()) : files.fsync(OPERATION, file.descriptor());
        reply.localCompleted(-result);
    }

    private DeferredReply commit(Exchange exchange, long id, boolean dataOnly) throws FileSystemFailure {
        if (service.isReadOnly() || service.isPrivate(id)) {
            DeferredReply reply = exchange.defer(null, true, null);
            reply.completed(0);
            return reply;
        }
        locks.lock(id);
        try {
            service.enter(exchange, new Intent.Durability(service.treeIndex(), id));
            DeferredReply reply = exchange.defer(null, true, null);
            service.commit(exchange, new Mutation.Flush(service.treeIndex(), id, dataOnly), reply);
            return reply;
        } finally {
            locks.unlock(id);
        }
    }
}
