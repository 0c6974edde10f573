package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.OrderLocks;

/** FSYNCDIR: the names of a directory reach both disks. */
final class SynchronizeDirectory implements Operation {
    private static final String OPERATION = "FSYNCDIR";

    private final Service service;

    SynchronizeDirectory(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        OpenDirectory directory = service.directories().get(exchange.request().number(0));
        if (directory == null) {
            exchange.answer(Errno.EBADF);
            return;
        }
        long id = exchange.request().node();
        DeferredReply reply;
        if (service.isReadOnly() || service.isPrivate(id)) {
            reply = exchange.defer(null, true, null);
            reply.completed(0);
        } else {
            OrderLocks locks = service.tree().locks();
            locks.lock(id);
            try {
                service.enter(exchange, new Intent.Durability(service.treeIndex(), id));
                reply = exchange.defer(null, true, null);
                service.commit(exchange, new Mutation.Flush(service.treeIndex(), id, false), reply);
            } finally {
                locks.unlock(id);
            }
        }
        exchange.waitForDisk(() -> flush(id, directory, reply));
    }

    private void flush(long id, OpenDirectory directory, DeferredReply reply) {
        int result = service.tree().calls().files().fsync(OPERATION, directory.descriptor);
        if (result < 0) {
            service.refusedByDisk(OPERATION, id, -result);
        }
        reply.localCompleted(-result);
    }
}
