package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.InodeFlags;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.Request;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** IOCTL: inode flags (lsattr, chattr). Everything else, project quotas included, is ENOTTY, as for an ordinary file. */
final class Control implements Operation {
    private static final String OPERATION = "IOCTL";
    private static final int REPLY = 16;
    private static final int VALUE = 32;

    private final Service service;
    private final CoveredTree tree;
    private final InodeFlags flags;

    Control(Service service) {
        this.service = service;
        tree = service.tree();
        flags = new InodeFlags(tree.calls().files());
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        Request request = exchange.request();
        int command = request.integer(12);
        boolean known = command == InodeFlags.GET || command == InodeFlags.SET || command == InodeFlags.GET_EXTENDED;
        if (!known) {
            exchange.answer(Errno.ENOTTY);
            return;
        }
        if (command == InodeFlags.SET && service.refusedReadOnly(exchange)) {
            return;
        }
        long id = request.node();
        int object = tree.open(id, OpenFlags.RDONLY);
        if (object < 0) {
            exchange.answer(-object);
            return;
        }
        try {
            if (command == InodeFlags.GET) {
                get(exchange, object);
            } else if (command == InodeFlags.GET_EXTENDED) {
                getExtended(exchange, object);
            } else {
                set(exchange, id, object, request.integer(VALUE));
            }
        } finally {
            tree.calls().files().close(OPERATION, object);
        }
    }

    private void get(Exchange exchange, int object) {
        long value = flags.get(OPERATION, object);
        if (value < 0) {
            exchange.answer((int) -value);
            return;
        }
        int room = exchange.request().integer(28);
        MemorySegment reply = exchange.reply();
        reply.asSlice(Frame.HEADER, REPLY + Long.BYTES).fill((byte) 0);
        reply.set(ValueLayout.JAVA_LONG_UNALIGNED, Frame.HEADER + REPLY, value);
        exchange.answerBody(REPLY + Math.min(room, Long.BYTES));
    }

    private void getExtended(Exchange exchange, int object) {
        int result = flags.getExtended(OPERATION, object, exchange.scratch());
        if (result < 0) {
            exchange.answer(-result);
            return;
        }
        int room = Math.clamp(exchange.request().integer(28), 0, InodeFlags.EXTENDED_SIZE);
        MemorySegment reply = exchange.reply();
        reply.asSlice(Frame.HEADER, REPLY).fill((byte) 0);
        MemorySegment.copy(exchange.scratch(), 0, reply, Frame.HEADER + (long) REPLY, room);
        exchange.answerBody(REPLY + room);
    }

    private void set(Exchange exchange, long id, int object, int value) throws FileSystemFailure {
        tree.locks().lock(id);
        try {
            boolean kept = service.isPrivate(id);
            if (!kept) {
                service.enter(exchange, new Intent.AttributesOf(service.treeIndex(), id));
            }
            service.files().changing(id);
            int result = flags.set(OPERATION, object, value);
            // The flags say how a file may be opened.
            tree.backing().renew(id);
            if (result < 0) {
                service.abandon(exchange);
                exchange.answer(-result);
                return;
            }
            var reply = exchange.defer(new byte[REPLY], false, null);
            if (kept) {
                reply.completed(0);
            } else {
                service.commit(exchange, new Mutation.SetFlags(service.treeIndex(), id, value), reply);
            }
        } finally {
            tree.locks().unlock(id);
        }
    }
}
