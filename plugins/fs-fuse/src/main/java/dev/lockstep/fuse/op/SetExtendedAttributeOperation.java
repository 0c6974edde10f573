package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.tree.ObjectLabel;
import dev.lockstep.fuse.wire.OpenFlag;
import dev.lockstep.fuse.wire.Request;
import java.nio.charset.StandardCharsets;

/** SETXATTR, POSIX ACLs included: the mode that follows from an ACL travels with it. */
final class SetExtendedAttributeOperation implements Operation {
    private static final String OPERATION = "SETXATTR";
    private static final int NAME = 16;
    private static final String ACL_PREFIX = "system.posix_acl_";

    private final Service service;
    private final CoveredTree tree;
    private final AttributeCalls attributes;

    SetExtendedAttributeOperation(Service service) {
        this.service = service;
        tree = service.tree();
        attributes = tree.calls().attributes();
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        if (service.refusedReadOnly(exchange)) {
            return;
        }
        Request request = exchange.request();
        byte[] name = request.name(NAME);
        request.check(NAME + name.length + 1, request.integer(0));
        if (ObjectLabel.isHidden(name)) {
            exchange.answer(Errno.EPERM);
            return;
        }
        long id = request.node();
        try (Descriptor object = tree.path(id)) {
            if (object.failed()) {
                exchange.answer(object.errno());
                return;
            }
            tree.locks().lock(id);
            try {
                set(exchange, id, object.number(), name);
            } finally {
                tree.locks().unlock(id);
            }
        }
    }

    private void set(Exchange exchange, long id, int object, byte[] name) throws FileSystemFailure {
        Request request = exchange.request();
        int size = request.integer(0);
        int valueAt = NAME + name.length + 1;
        boolean kept = service.isPrivate(id);
        if (!kept) {
            service.enter(exchange, new Intent.AttributesOf(service.treeIndex(), id));
        }
        service.files().changing(id);
        long at = Request.HEADER + (long) valueAt;
        int result = attributes.setAttribute(OPERATION, object, name, request.buffer(), at, size, request.integer(4));
        if (result < 0) {
            service.abandon(exchange);
            exchange.answer(-result);
            return;
        }
        OpenInode open = service.files().inode(id);
        if (open != null) {
            open.unprivileged = false;
        }
        int mode = Mutation.SetExtendedAttribute.MODE_UNCHANGED;
        int errno = 0;
        if (new String(name, StandardCharsets.ISO_8859_1).startsWith(ACL_PREFIX)) {
            mode = modeAfter(exchange, object, (request.integer(8) & OpenFlag.ACL_KILL_SET_GID) != 0);
            if (mode < 0) {
                errno = -mode;
                mode = Mutation.SetExtendedAttribute.MODE_UNCHANGED;
            }
        }
        DeferredReply reply = exchange.defer(null, false, null);
        if (errno != 0) {
            reply.failWith(errno);
        }
        if (kept) {
            reply.completed(0);
        } else {
            byte[] value = request.bytes(valueAt, size);
            service.commit(
                    exchange, new Mutation.SetExtendedAttribute(service.treeIndex(), id, name, value, mode), reply);
        }
    }

    /** The mode an object has with its new ACL, or a negated errno. */
    private int modeAfter(Exchange exchange, int object, boolean killSetGid) {
        Status status = exchange.status();
        int result = attributes.status(OPERATION, object, status);
        if (result < 0) {
            return result;
        }
        int mode = status.mode() & Status.PERMISSIONS;
        if (killSetGid && (mode & Status.SET_GID) != 0) {
            mode &= ~Status.SET_GID;
            result = attributes.changeMode(OPERATION, object, mode);
        }
        return result < 0 ? result : mode;
    }
}
