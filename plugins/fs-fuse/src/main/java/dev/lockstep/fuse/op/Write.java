package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.tree.OrderLocks;
import dev.lockstep.fuse.wire.Negotiation;
import dev.lockstep.fuse.wire.OpenFlag;
import dev.lockstep.fuse.wire.Request;

/**
 * WRITE: everything or an error, because a short count would become EIO. What was written before an error is committed all the
 * same: the trees stay equal. When a flush is expected to follow, this thread begins it once the write is on its way to the peer.
 */
final class Write implements Operation {
    private static final String OPERATION = "WRITE";
    private static final int DATA = 40;
    private static final int WRITTEN = 8;
    /** Copying more bytes than these, and sending them to the peer, takes longer than passing the turn. */
    private static final int BRIEF = 128 << 10;

    private final Service service;
    private final FileCalls files;
    private final OrderLocks locks;
    private final ForeignSetGid setGid;

    Write(Service service) {
        this.service = service;
        files = service.tree().calls().files();
        locks = service.tree().locks();
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
        int size = request.integer(16);
        if (size < 0 || size > Negotiation.MAX_WRITE) {
            exchange.answer(Errno.EINVAL);
            return;
        }
        request.check(DATA, size);
        if (size > BRIEF) {
            exchange.takesLonger();
        }
        // With cached files the kernel sends FSYNC after the write by itself; with direct ones O_DSYNC is ours.
        boolean durable = file.direct() && (request.integer(32) & OpenFlags.DSYNC) != 0;
        DeferredReply reply;
        boolean flushBegun;
        locks.lock(file.inode().id);
        try {
            file.inode().writing();
            reply = write(exchange, file, size, durable);
            flushBegun = !durable && reply != null && service.flushes().begin(file);
        } finally {
            locks.unlock(file.inode().id);
        }
        if (flushBegun) {
            exchange.waitForDisk(() -> service.flushes().anticipate(file));
        } else if (durable && reply != null) {
            exchange.waitForDisk(() -> service.flushes().flush(OPERATION, file, true, reply));
        }
    }

    /** Writes and commits, in the order of the object. @return null if nothing was written, which is answered then */
    private DeferredReply write(Exchange exchange, OpenFile file, int size, boolean durable) throws FileSystemFailure {
        Request request = exchange.request();
        long offset = request.number(8);
        long id = file.inode().id;
        if (file.appends() && !isEnd(exchange, file, offset)) {
            exchange.answer(Errno.EPERM);
            return null;
        }
        boolean drops = (request.integer(20) & OpenFlag.WRITE_KILL_PRIVILEGES) != 0 && !file.inode().unprivileged;
        if (drops) {
            setGid.take(exchange, OPERATION, id, file.descriptor());
        }
        boolean kept = service.isPrivate(id);
        if (!kept) {
            service.enter(exchange, new Intent.Data(service.treeIndex(), id, offset, size));
        }
        int done = 0;
        int errno = 0;
        while (done < size && errno == 0) {
            long count = files.pwrite(
                    OPERATION,
                    file.descriptor(),
                    request.buffer(),
                    Request.HEADER + DATA + (long) done,
                    (long) size - done,
                    offset + done);
            if (count > 0) {
                done += (int) count;
            } else {
                errno = count == 0 ? Errno.EIO : (int) -count;
            }
        }
        // Also a write that fails changes the time.
        file.inode().modified = true;
        if (done == 0 && size > 0) {
            service.abandon(exchange);
            exchange.answer(errno);
            return null;
        }
        boolean dropped = false;
        if (drops) {
            int result = service.privileges().drop(OPERATION, file.descriptor(), exchange.status());
            dropped = result > 0;
            if (dropped) {
                exchange.attributesChanged(id);
            }
            file.inode().unprivileged = result >= 0 && !ForeignSetGid.isKept(exchange.status());
            errno = result < 0 ? -result : errno;
        }
        DeferredReply reply = exchange.defer(written(size), durable, null);
        if (errno != 0) {
            reply.failWith(errno);
        }
        if (kept) {
            reply.completed(0);
        } else {
            service.commit(
                    exchange,
                    new Mutation.Write(service.treeIndex(), id, offset, exchange.bytes(DATA, done), durable, dropped),
                    reply);
        }
        if (!file.direct()) {
            service.tree().written(id, offset, done);
        }
        return reply;
    }

    /** What is written to such a file lands at its end wherever it was meant for, as a store through a mapping may be. */
    private boolean isEnd(Exchange exchange, OpenFile file, long offset) {
        int known = service.tree().calls().attributes().status(OPERATION, file.descriptor(), exchange.status());
        return known >= 0 && exchange.status().size() == offset;
    }

    /** {@code struct fuse_write_out}. */
    private static byte[] written(int size) {
        byte[] body = new byte[WRITTEN];
        boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < Integer.BYTES; i++) {
            body[i] = (byte) (size >>> (little ? i * 8 : 24 - i * 8));
        }
        return body;
    }
}
