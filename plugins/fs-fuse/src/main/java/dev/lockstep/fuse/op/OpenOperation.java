package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.Timestamp;
import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.BackingFile;
import dev.lockstep.fuse.tree.BackingFile.Access;
import dev.lockstep.fuse.tree.BackingFiles;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.OpenFlag;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** OPEN: an existing file, emptied in the same step with O_TRUNC. */
final class OpenOperation implements Operation {
    private static final String OPERATION = "OPEN";

    private final Service service;
    private final ForeignSetGid setGid;

    OpenOperation(Service service) {
        this.service = service;
        setGid = new ForeignSetGid(service);
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        long id = exchange.request().node();
        int flags = exchange.request().integer(0);
        int access = flags & OpenFlags.ACCESS_MASK;
        boolean empties = (flags & OpenFlags.TRUNC) != 0;
        if ((access != OpenFlags.RDONLY || empties) && service.refusedReadOnly(exchange)) {
            return;
        }
        boolean readOnly = service.isReadOnly();
        // O_APPEND: the kernel says where; O_DIRECT: not durability; O_SYNC: flushed by us; O_TRUNC: below, in order.
        // Emptying needs a writable descriptor even if the application has none.
        boolean reads = access == OpenFlags.RDONLY && !empties;
        int uid = exchange.request().uid();
        Opening opening = open(id, reads ? Access.READ : Access.WRITE, uid, flags, empties);
        if (opening.errno != 0) {
            exchange.answer(opening.errno);
            return;
        }
        boolean direct = (flags & OpenFlags.DIRECT) != 0;
        boolean writable = access != OpenFlags.RDONLY;
        long handle = service.files().add(id, opening.file, uid, direct, writable, opening.appends);
        int cache = OpenReply.flags(readOnly, direct, access);
        if (readOnly) {
            // By a mapping it may get into the kernel's memory.
            service.tree().references().read(id);
        }
        boolean opened = false;
        try {
            if (empties) {
                opened = empty(exchange, id, opening.file.descriptor(), handle, cache);
            } else {
                opened = reply(exchange, handle, cache);
            }
        } finally {
            if (!opened) {
                service.files().close(handle);
            }
        }
    }

    /** What was opened, or why it was not. */
    private record Opening(BackingFile file, boolean appends, int errno) {}

    private Opening open(long id, Access access, int uid, int flags, boolean empties) {
        BackingFiles backing = service.tree().backing();
        if (!service.tree().budget().openings().take(uid)) {
            return new Opening(null, false, Errno.ENFILE);
        }
        BackingFiles.Opened opened = backing.acquire(id, access, uid);
        // Where chattr says that a file is only appended to, it is not opened in any other way.
        boolean appends = opened.errno() == Errno.EPERM && (flags & OpenFlags.APPEND) != 0 && !empties;
        if (appends) {
            opened = backing.acquire(id, Access.APPEND, uid);
        }
        if (opened.errno() != 0) {
            service.tree().budget().openings().giveBack(uid);
        }
        return new Opening(opened.file(), appends, opened.errno());
    }

    private boolean reply(Exchange exchange, long handle, int cache) {
        MemorySegment reply = exchange.reply();
        write(reply, Frame.HEADER, handle, cache);
        return exchange.answerBody(OpenReply.SIZE);
    }

    private static void write(MemorySegment target, long at, long handle, int cache) {
        target.set(ValueLayout.JAVA_LONG_UNALIGNED, at, handle);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 8, cache);
        target.set(ValueLayout.JAVA_INT_UNALIGNED, at + 12, 0);
    }

    /** Empties the file and answers; whether the opening is now the reply's to undo. */
    private boolean empty(Exchange exchange, long id, int descriptor, long handle, int cache) throws FileSystemFailure {
        CoveredTree tree = service.tree();
        FileCalls files = tree.calls().files();
        boolean kill = (exchange.request().integer(4) & OpenFlag.OPEN_KILL_PRIVILEGES) != 0;
        byte[] body = new byte[OpenReply.SIZE];
        write(MemorySegment.ofArray(body), 0, handle, cache);
        Runnable undo = () -> service.files().close(handle);
        tree.locks().lock(id);
        try {
            if (kill) {
                setGid.take(exchange, OPERATION, id, descriptor);
            }
            boolean kept = service.isPrivate(id);
            if (!kept) {
                service.enter(exchange, new Intent.Data(service.treeIndex(), id, 0, Long.MAX_VALUE));
            }
            service.files().changing(id);
            Status status = exchange.status();
            int looked = tree.calls().attributes().status(OPERATION, descriptor, status);
            long before = looked < 0 ? -1 : status.size();
            int result = files.truncate(OPERATION, descriptor, 0);
            if (result < 0 && isAsBefore(descriptor, before, status)) {
                service.abandon(exchange);
                exchange.answer(-result);
                return false;
            }
            int dropped = kill && result >= 0 ? service.privileges().drop(OPERATION, descriptor, status) : 0;
            if (dropped > 0) {
                exchange.attributesChanged(id);
            }
            int known = tree.calls().attributes().status(OPERATION, descriptor, status);
            if (result < 0 && known < 0) {
                service.doubt(exchange, "it is not known whether a file was emptied (errno " + -result + ")");
                exchange.answer(-result);
                return false;
            }
            DeferredReply reply = exchange.defer(body, false, undo);
            if (result < 0 || dropped < 0 || known < 0) {
                reply.failWith(result < 0 ? -result : Errno.EIO);
            }
            if (kept) {
                reply.completed(0);
            } else {
                // a disk that fails may have emptied the file all the same
                long size = known < 0 ? 0 : status.size();
                service.commit(exchange, emptied(id, size, known < 0 ? null : status.modified(), dropped > 0), reply);
            }
            return true;
        } finally {
            tree.locks().unlock(id);
        }
    }

    private boolean isAsBefore(int descriptor, long before, Status status) {
        int result = service.tree().calls().attributes().status(OPERATION, descriptor, status);
        return result >= 0 && status.size() == before;
    }

    /** @param modified the time of it, null if that is not known */
    private Mutation emptied(long id, long size, Timestamp modified, boolean dropped) {
        int mask = Mutation.SetAttributes.SIZE | (modified == null ? 0 : Mutation.SetAttributes.MODIFIED);
        Timestamp time = modified == null ? Timestamp.EPOCH : modified;
        return new Mutation.SetAttributes(service.treeIndex(), id, mask, 0, 0, 0, size, time, Timestamp.EPOCH, dropped);
    }
}
