package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.StatxOut;

/** STATX, which the kernel (6.6 and newer) asks for who wants to know when an object was made: on this node. */
final class GetBirth implements Operation {
    private static final String OPERATION = "STATX";

    private final Service service;

    GetBirth(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        long valid = service.validSeconds();
        long id = exchange.request().node();
        int result;
        try (Descriptor object = service.tree().path(id)) {
            result = object.failed()
                    ? object.number()
                    : service.statusAndBirth(OPERATION, id, object.number(), exchange.status());
        }
        if (result < 0) {
            exchange.answer(-result);
            return;
        }
        StatxOut.write(exchange.reply(), Frame.HEADER, id, exchange.status(), valid);
        exchange.answerBody(StatxOut.SIZE);
    }
}
