package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.sys.TimeSetting;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.wire.Attr;
import dev.lockstep.fuse.wire.Request;
import dev.lockstep.fuse.wire.SetAttr;
import java.lang.foreign.MemorySegment;

/** SETATTR: chmod, chown, truncate, utimens. What the peer gets is what came out, in absolute values. */
final class SetAttributesOperation implements Operation {
    private static final String OPERATION = "SETATTR";
    private static final int OWNERS = SetAttr.UID | SetAttr.GID;
    private static final int TIMES = SetAttr.ATIME | SetAttr.MTIME | SetAttr.ATIME_NOW | SetAttr.MTIME_NOW;
    private static final int ALL = SetAttr.SIZE | OWNERS | SetAttr.KILL_PRIVILEGES | SetAttr.MODE | TIMES;

    private final Service service;
    private final CoveredTree tree;
    private final AttributeCalls attributes;
    private final ForeignSetGid setGid;

    SetAttributesOperation(Service service) {
        this.service = service;
        tree = service.tree();
        attributes = tree.calls().attributes();
        setGid = new ForeignSetGid(service);
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        if (service.refusedReadOnly(exchange)) {
            return;
        }
        long id = exchange.request().node();
        try (Descriptor object = tree.path(id)) {
            if (object.failed()) {
                exchange.answer(object.errno());
                return;
            }
            tree.locks().lock(id);
            try {
                set(exchange, id, object.number());
            } finally {
                tree.locks().unlock(id);
            }
        }
    }

    private void set(Exchange exchange, long id, int object) throws FileSystemFailure {
        Request request = exchange.request();
        int valid = request.integer(SetAttr.AT_VALID);
        // A new owner always comes with it; root may keep the bit then.
        boolean root = (valid & OWNERS) != 0 && request.uid() == 0;
        if ((valid & SetAttr.KILL_PRIVILEGES) != 0 && !root) {
            setGid.take(exchange, OPERATION, id, object);
        }
        boolean kept = service.isPrivate(id);
        Status before = exchange.otherStatus();
        int looked = attributes.status(OPERATION, object, before);
        if (looked < 0) {
            exchange.answer(-looked);
            return;
        }
        if (!kept) {
            service.enter(exchange, intent(exchange, id, before, valid));
        }
        service.files().changing(id);
        // Of a chown that names neither owner nor group nothing is left but this, and it still takes set-uid and
        // set-gid.
        int wanted = (valid & ALL) == 0 ? OWNERS : valid;
        int[] dropped = {0};
        int done = 0;
        int errno = 0;
        // In this order: a new owner takes set-uid, which a new mode may give again; times come last.
        for (int step : new int[] {SetAttr.SIZE, OWNERS, SetAttr.KILL_PRIVILEGES, SetAttr.MODE, TIMES}) {
            if ((wanted & step) != 0 && errno == 0) {
                int result = apply(exchange, step, valid, object, dropped);
                if (result < 0) {
                    errno = -result;
                } else {
                    done |= step;
                }
            }
        }
        int known = service.status(OPERATION, id, object, exchange.status());
        if (known < 0) {
            service.doubt(exchange, "it is not known what became of the attributes of a file (errno " + -known + ")");
            exchange.answer(errno != 0 ? errno : -known);
            return;
        }
        if (errno != 0) {
            // a disk that fails or is full may fail a step that is done, or half done
            done |= changed(before, exchange.status());
        }
        if (done == 0 && errno != 0) {
            service.abandon(exchange);
            exchange.answer(errno);
            return;
        }
        OpenInode open = service.files().inode(id);
        if (open != null && (valid & SetAttr.MODE) != 0) {
            open.unprivileged = false;
        }
        byte[] body = new byte[Attr.ATTR_OUT];
        Attr.writeOut(MemorySegment.ofArray(body), 0, id, exchange.status(), service.validSeconds());
        DeferredReply reply = exchange.defer(body, false, null);
        if (errno != 0) {
            reply.failWith(errno);
        }
        if (kept) {
            reply.completed(0);
        } else {
            service.commit(exchange, mutation(id, valid, done, exchange.status(), dropped[0] != 0), reply);
        }
    }

    /** The steps whose result is another one than what was there before. */
    private static int changed(Status before, Status after) {
        boolean owners = before.uid() != after.uid() || before.gid() != after.gid();
        return (before.size() != after.size() ? SetAttr.SIZE : 0)
                | (owners ? OWNERS : 0)
                | (before.mode() != after.mode() ? SetAttr.MODE : 0);
    }

    private Intent intent(Exchange exchange, long id, Status before, int valid) {
        if ((valid & SetAttr.SIZE) == 0) {
            return new Intent.AttributesOf(service.treeIndex(), id);
        }
        long size = exchange.request().number(SetAttr.AT_SIZE);
        long from = Math.max(0, Math.min(size, before.size()));
        return new Intent.Data(service.treeIndex(), id, from, Long.MAX_VALUE - from);
    }

    private int apply(Exchange exchange, int step, int valid, int object, int[] dropped) {
        Request request = exchange.request();
        return switch (step) {
            case SetAttr.SIZE -> attributes.truncate(OPERATION, object, request.number(SetAttr.AT_SIZE));
            case OWNERS ->
                attributes.changeOwner(
                        OPERATION,
                        object,
                        (valid & SetAttr.UID) != 0 ? request.integer(SetAttr.AT_UID) : -1,
                        (valid & SetAttr.GID) != 0 ? request.integer(SetAttr.AT_GID) : -1);
            case SetAttr.KILL_PRIVILEGES -> {
                int result = service.privileges().drop(OPERATION, object, exchange.status());
                dropped[0] = Math.max(result, 0);
                yield result;
            }
            case SetAttr.MODE ->
                attributes.changeMode(OPERATION, object, request.integer(SetAttr.AT_MODE) & Status.PERMISSIONS);
            default ->
                attributes.changeTimes(
                        OPERATION,
                        object,
                        time(
                                request,
                                valid,
                                SetAttr.ATIME,
                                SetAttr.ATIME_NOW,
                                SetAttr.AT_ATIME,
                                SetAttr.AT_ATIME_NANOS),
                        time(
                                request,
                                valid,
                                SetAttr.MTIME,
                                SetAttr.MTIME_NOW,
                                SetAttr.AT_MTIME,
                                SetAttr.AT_MTIME_NANOS));
        };
    }

    private static TimeSetting time(Request request, int valid, int set, int now, int at, int nanosAt) {
        if ((valid & now) != 0) {
            return TimeSetting.NOW;
        }
        return (valid & set) == 0
                ? TimeSetting.OMIT
                : new TimeSetting(request.number(at), Integer.toUnsignedLong(request.integer(nanosAt)));
    }

    private Mutation mutation(long id, int valid, int done, Status after, boolean dropped) {
        int mask = 0;
        if ((done & SetAttr.SIZE) != 0) {
            mask |= Mutation.SetAttributes.SIZE | Mutation.SetAttributes.MODIFIED;
        }
        if ((done & OWNERS) != 0) {
            mask |= Mutation.SetAttributes.OWNER | Mutation.SetAttributes.GROUP;
        }
        // A new owner changes the mode as well (set-uid, set-gid); symbolic links have none to set.
        boolean link = (after.mode() & Status.TYPE_MASK) == Status.TYPE_LINK;
        if ((done & (SetAttr.MODE | OWNERS)) != 0 && !link) {
            mask |= Mutation.SetAttributes.MODE;
        }
        if ((done & TIMES) != 0) {
            mask |= (valid & (SetAttr.ATIME | SetAttr.ATIME_NOW)) != 0 ? Mutation.SetAttributes.ACCESSED : 0;
            mask |= (valid & (SetAttr.MTIME | SetAttr.MTIME_NOW)) != 0 ? Mutation.SetAttributes.MODIFIED : 0;
        }
        return new Mutation.SetAttributes(
                service.treeIndex(),
                id,
                mask,
                after.mode() & Status.PERMISSIONS,
                after.uid(),
                after.gid(),
                after.size(),
                after.modified(),
                after.accessed(),
                dropped);
    }
}
