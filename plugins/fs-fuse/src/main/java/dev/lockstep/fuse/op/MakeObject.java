package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.wire.Attr;
import dev.lockstep.fuse.wire.Opcode;
import dev.lockstep.fuse.wire.Request;

/** MKDIR, MKNOD and SYMLINK: an object that is not opened at once. */
final class MakeObject implements Operation {
    private static final int MKNOD_NAME = 16;
    private static final int MKDIR_NAME = 8;

    private final Service service;
    private final Creation creation;

    MakeObject(Service service) {
        this.service = service;
        creation = new Creation(service);
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        Request request = exchange.request();
        switch (request.opcode()) {
            case Opcode.MKDIR ->
                make(
                        exchange,
                        "MKDIR",
                        request.name(MKDIR_NAME),
                        ObjectKind.DIRECTORY,
                        request.integer(0) & Status.PERMISSIONS,
                        request.integer(4),
                        0,
                        null);
            case Opcode.MKNOD -> node(exchange, request);
            case Opcode.SYMLINK -> {
                byte[] name = request.name(0);
                byte[] target = request.name(name.length + 1);
                make(exchange, "SYMLINK", name, ObjectKind.SYMBOLIC_LINK, 0777, 0, 0, target);
            }
            default -> throw new IllegalArgumentException("opcode " + request.opcode());
        }
    }

    private void node(Exchange exchange, Request request) throws FileSystemFailure {
        int mode = request.integer(0);
        ObjectKind kind;
        try {
            kind = (mode & Status.TYPE_MASK) == 0 ? ObjectKind.FILE : ObjectKind.ofMode(mode);
        } catch (IllegalArgumentException e) {
            exchange.answer(Errno.EINVAL);
            return;
        }
        make(
                exchange,
                "MKNOD",
                request.name(MKNOD_NAME),
                kind,
                mode & Status.PERMISSIONS,
                request.integer(8),
                request.integer(4),
                null);
    }

    private void make(
            Exchange exchange,
            String operation,
            byte[] name,
            ObjectKind kind,
            int mode,
            int mask,
            int device,
            byte[] target)
            throws FileSystemFailure {
        Creation.Maker how = directory -> creation.maker().make(operation, directory, name, kind, mode, device, target);
        creation.run(exchange, operation, name, kind, mode, mask, target, how, new NotOpened());
    }

    /** The reply is the entry alone. */
    private final class NotOpened implements Creation.Answer {
        @Override
        public int length() {
            return Attr.ENTRY_OUT;
        }

        @Override
        public void complete(byte[] body, long id, int object) {
            service.tree().calls().files().close("MAKE", object);
        }

        @Override
        public void undo() {
            // The object stays: it was made. Only the kernel's count of it, which the caller mends, was too high.
        }
    }
}
