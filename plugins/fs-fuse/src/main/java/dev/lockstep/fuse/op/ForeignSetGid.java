package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.Timestamp;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.wire.Request;

/**
 * Set-gid without group execute. A change by who is not in the group of the file takes it, a change by a member leaves it; the
 * kernel, which leaves that to the server (HANDLE_KILLPRIV_V2), does not say who is. Taken before the change itself, as the kernel
 * does on other file systems, and told to the peer as a mutation of its own.
 */
final class ForeignSetGid {
    private final Service service;

    ForeignSetGid(Service service) {
        this.service = service;
    }

    /**
     * Takes the bit if the caller is a stranger to the group. The order of the object is held, and the exchange has no ticket.
     *
     * @param descriptor of the object
     * @throws FileSystemFailure if it cannot be taken: nothing may be changed then
     */
    void take(Exchange exchange, String operation, long id, int descriptor) throws FileSystemFailure {
        Status status = exchange.status();
        check(operation, service.tree().calls().attributes().status(operation, descriptor, status));
        if (!isKept(status) || isMember(operation, exchange.request(), status.gid())) {
            return;
        }
        int mode = status.mode() & Status.PERMISSIONS & ~Status.SET_GID;
        boolean kept = service.isPrivate(id);
        if (!kept) {
            service.enter(exchange, new Intent.AttributesOf(service.treeIndex(), id));
        }
        service.files().changing(id);
        check(operation, service.tree().calls().attributes().changeMode(operation, descriptor, mode));
        exchange.attributesChanged(id);
        if (!kept) {
            Timestamp none = Timestamp.EPOCH;
            Mutation taken = new Mutation.SetAttributes(
                    service.treeIndex(), id, Mutation.SetAttributes.MODE, mode, 0, 0, 0, none, none, false);
            service.commit(exchange, taken, errno -> {
                // What it is taken for is committed next, and is answered by what became of that.
            });
        }
    }

    /** Whether an object has the bit and {@link dev.lockstep.fuse.tree.Privileges} leaves it. */
    static boolean isKept(Status status) {
        return status.isFile() && (status.mode() & (Status.SET_GID | Status.GROUP_EXECUTE)) == Status.SET_GID;
    }

    private boolean isMember(String operation, Request request, int group) {
        return request.gid() == group || service.tree().calls().process().hasGroup(operation, request.pid(), group);
    }

    private static void check(String operation, int result) throws FileSystemFailure {
        if (result < 0) {
            throw new FileSystemFailure(-result, operation);
        }
    }
}
