package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.wire.Attr;
import dev.lockstep.fuse.wire.Frame;

/** LOOKUP: what a name in a directory stands for. */
final class Lookup implements Operation {
    private static final String OPERATION = "LOOKUP";

    private final Service service;

    Lookup(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        long valid = service.validSeconds();
        byte[] name = exchange.request().name(0);
        long parent = exchange.request().node();
        if (CoveredTree.isHidden(parent, name)) {
            absent(exchange, valid);
            return;
        }
        long id;
        Status status = exchange.status();
        CoveredTree tree = service.tree();
        try (Descriptor directory = tree.path(parent)) {
            if (directory.failed()) {
                exchange.answer(directory.errno());
                return;
            }
            int result = tree.calls().attributes().status(OPERATION, directory.number(), name, status);
            if (result == -Errno.ENOENT) {
                absent(exchange, valid);
                return;
            }
            id = result < 0 ? result : tree.identify(OPERATION, directory.number(), name, status);
        }
        if (id < 0) {
            exchange.answer((int) -id);
            return;
        }
        Attr.writeEntry(exchange.reply(), Frame.HEADER, id, status, valid);
        // Counted before the kernel can forget it, and taken back if the kernel does not want the answer any more.
        tree.references().add(id);
        if (!exchange.answerBody(Attr.ENTRY_OUT)) {
            tree.references().forget(id, 1);
        }
    }

    private static void absent(Exchange exchange, long valid) {
        if (valid == 0) {
            exchange.answer(Errno.ENOENT);
        } else {
            Attr.writeAbsent(exchange.reply(), Frame.HEADER, valid);
            exchange.answerBody(Attr.ENTRY_OUT);
        }
    }
}
