package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Cradle;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.wire.Request;
import java.util.List;

/**
 * TMPFILE: a new file without a name, opened in the same step (O_TMPFILE). It is made where the application wants it, so that it
 * inherits what it should, and then laid into the cradle. Whether it may ever get a name (O_EXCL) is the kernel's to know.
 */
final class CreateNameless implements Operation {
    private static final String OPERATION = "TMPFILE";
    private static final byte[] DOT = {'.'};

    private final Service service;
    private final CoveredTree tree;
    private final Creation creation;

    CreateNameless(Service service) {
        this.service = service;
        tree = service.tree();
        creation = new Creation(service);
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        if (service.refusedReadOnly(exchange) || service.refusedTooMany(exchange)) {
            return;
        }
        long parent = exchange.request().node();
        int flags = exchange.request().integer(0);
        try (Descriptor directory = tree.path(parent);
                OpenedAnswer answer =
                        OpenedAnswer.reserve(service, exchange.request().uid(), flags)) {
            if (answer == null) {
                exchange.answer(Errno.ENFILE);
                return;
            }
            if (directory.failed()) {
                exchange.answer(directory.errno());
                return;
            }
            tree.locks().lock(StableId.CRADLE);
            try {
                make(exchange, directory.number(), StableId.isLocal(parent), answer);
            } finally {
                tree.locks().unlock(StableId.CRADLE);
            }
        }
    }

    private void make(Exchange exchange, int directory, boolean local, OpenedAnswer answer) throws FileSystemFailure {
        Request request = exchange.request();
        int mode = request.integer(4) & Status.PERMISSIONS;
        int backing = answer.backingFlags() | OpenFlags.TMPFILE;
        if (!local) {
            service.enter(exchange, new Intent.Entries(service.treeIndex(), StableId.CRADLE, StableId.NONE));
        }
        tree.calls().names().mask(OPERATION, request.integer(8));
        int file = tree.calls().files().open(OPERATION, directory, DOT, backing, mode);
        if (file < 0) {
            service.abandon(exchange);
            exchange.answer(-file);
            return;
        }
        long id = service.newId(exchange, local);
        List<ExtendedAttribute> inherited;
        try {
            inherited = creation.finish(exchange, OPERATION, directory, file, mode, id);
            int laid = tree.cradle().take(OPERATION, file, id);
            if (laid < 0) {
                throw new FileSystemFailure(-laid, OPERATION);
            }
        } catch (FileSystemFailure failure) {
            tree.forget(id);
            tree.calls().files().close(OPERATION, file);
            service.abandon(exchange);
            throw failure;
        }
        service.nameless().add(id);
        int chattr = local ? 0 : tree.cradle().inherited(OPERATION, file);
        creation.reply(exchange, StableId.CRADLE, Cradle.nameOf(id), id, null, inherited, file, answer);
        if (chattr != 0) {
            service.enter(exchange, new Intent.AttributesOf(service.treeIndex(), id));
            service.commit(exchange, new Mutation.SetFlags(service.treeIndex(), id, chattr), errno -> {
                // Who made the file hears of its making alone.
            });
        }
    }
}
