package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.wire.Attr;
import dev.lockstep.fuse.wire.Frame;

/** GETATTR: stat. */
final class GetAttributes implements Operation {
    private static final String OPERATION = "GETATTR";

    private final Service service;

    GetAttributes(Service service) {
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
                    : service.status(OPERATION, id, object.number(), exchange.status());
        }
        if (result < 0) {
            exchange.answer(-result);
            return;
        }
        Attr.writeOut(exchange.reply(), Frame.HEADER, id, exchange.status(), valid);
        exchange.answerBody(Attr.ATTR_OUT);
    }
}
