package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.Timestamp;
import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.wire.Request;
import java.util.Set;

/**
 * FALLOCATE: allocate, punch, zero. Collapsing and inserting are passed on too, should a kernel ever send them: up to Linux 6.18 its
 * FUSE refuses them (EOPNOTSUPP) by itself.
 */
final class AllocateOperation implements Operation {
    private static final String OPERATION = "FALLOCATE";
    /** FALLOC_FL_COLLAPSE_RANGE and FALLOC_FL_INSERT_RANGE: everything behind moves. */
    private static final int MOVING = 0x08 | 0x20;
    /** FALLOC_FL_KEEP_SIZE: with it alone, or with nothing, space is reserved and no data changes. */
    private static final int KEEP_SIZE = 0x01;
    /** Errors that are found before anything is done. */
    private static final Set<Integer> REFUSALS = Set.of(
            Errno.EPERM,
            Errno.EBADF,
            Errno.EACCES,
            Errno.ENODEV,
            Errno.EINVAL,
            Errno.ETXTBSY,
            Errno.EFBIG,
            Errno.EROFS,
            Errno.EOPNOTSUPP);

    private final Service service;
    private final CoveredTree tree;
    private final ForeignSetGid setGid;

    AllocateOperation(Service service) {
        this.service = service;
        tree = service.tree();
        setGid = new ForeignSetGid(service);
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        Request request = exchange.request();
        OpenFile file = service.files().get(request.number(0));
        if (file == null) {
            exchange.answer(Errno.EBADF);
            return;
        }
        if (service.refusedReadOnly(exchange)) {
            return;
        }
        long offset = request.number(8);
        long length = request.number(16);
        int mode = request.integer(24);
        long id = file.inode().id;
        tree.locks().lock(id);
        try {
            // The request does not say whether the caller is privileged, as WRITE does: root is taken to be.
            boolean drop = request.uid() != 0 && !file.inode().unprivileged;
            if (drop) {
                setGid.take(exchange, OPERATION, id, file.descriptor());
            }
            boolean kept = service.isPrivate(id);
            if (!kept) {
                service.enter(exchange, intent(id, mode, offset, length));
            }
            file.inode().changing();
            long before = size(exchange, file);
            int result = tree.calls().files().fallocate(OPERATION, file.descriptor(), mode, offset, length);
            file.inode().modified = true;
            if (result < 0) {
                failed(exchange, file, mode, before, -result);
                return;
            }
            int dropped = drop ? service.privileges().drop(OPERATION, file.descriptor(), exchange.status()) : 0;
            if (dropped > 0) {
                exchange.attributesChanged(id);
            }
            DeferredReply reply = exchange.defer(null, false, null);
            if (dropped < 0) {
                reply.failWith(-dropped);
            }
            if (kept) {
                reply.completed(0);
            } else {
                service.commit(
                        exchange,
                        new Mutation.Allocate(service.treeIndex(), id, mode, offset, length, dropped > 0),
                        reply);
            }
        } finally {
            tree.locks().unlock(id);
        }
    }

    private long size(Exchange exchange, OpenFile file) {
        int result = tree.calls().attributes().status(OPERATION, file.descriptor(), exchange.status());
        return result < 0 ? result : exchange.status().size();
    }

    /** A full disk may leave a part of what was asked for, and the file longer than it was: the peer's becomes as long. */
    private void failed(Exchange exchange, OpenFile file, int mode, long before, int errno) {
        if ((mode & ~KEEP_SIZE) != 0 && !REFUSALS.contains(errno)) {
            // xfs clears a range before it finds that there is no room for it
            service.doubt(exchange, "a range of a file was perhaps cleared in part (errno " + errno + ")");
            exchange.answer(errno);
            return;
        }
        long after = size(exchange, file);
        if (exchange.ticket() == Exchange.NO_TICKET || before == after || after < 0) {
            service.abandon(exchange);
            exchange.answer(errno);
            return;
        }
        DeferredReply reply = exchange.defer(null, false, null);
        reply.failWith(errno);
        Mutation longer = new Mutation.SetAttributes(
                service.treeIndex(),
                file.inode().id,
                Mutation.SetAttributes.SIZE,
                0,
                0,
                0,
                after,
                Timestamp.EPOCH,
                Timestamp.EPOCH,
                false);
        service.commit(exchange, longer, reply);
    }

    private Intent intent(long id, int mode, long offset, long length) {
        boolean moves = (mode & MOVING) != 0 || length > Long.MAX_VALUE - offset;
        return new Intent.Data(service.treeIndex(), id, offset, moves ? Long.MAX_VALUE - offset : length);
    }
}
