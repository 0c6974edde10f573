package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.tree.ObjectLabel;
import dev.lockstep.fuse.wire.Frame;
import java.lang.foreign.ValueLayout;

/** GETXATTR. */
final class GetExtendedAttribute implements Operation {
    private static final String OPERATION = "GETXATTR";
    private static final int NAME = 8;

    private final Service service;

    GetExtendedAttribute(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        int room = (int) Math.min(
                Integer.toUnsignedLong(exchange.request().integer(0)),
                exchange.reply().byteSize() - Frame.HEADER);
        byte[] name = exchange.request().name(NAME);
        if (ObjectLabel.isHidden(name)) {
            exchange.answer(Errno.ENODATA);
            return;
        }
        int result;
        try (Descriptor object = service.tree().path(exchange.request().node())) {
            result = object.failed()
                    ? object.number()
                    : service.tree()
                            .calls()
                            .attributes()
                            .getAttribute(OPERATION, object.number(), name, exchange.reply(), Frame.HEADER, room);
        }
        if (result < 0) {
            exchange.answer(-result);
        } else if (room == 0) {
            exchange.reply().set(ValueLayout.JAVA_LONG_UNALIGNED, Frame.HEADER, result);
            exchange.answerBody(Long.BYTES);
        } else {
            exchange.answerBody(result);
        }
    }
}
