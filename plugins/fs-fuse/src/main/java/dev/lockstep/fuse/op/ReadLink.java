package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.wire.Frame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** READLINK: the target of a symbolic link. */
final class ReadLink implements Operation {
    private static final String OPERATION = "READLINK";
    private static final byte[] ITSELF = {};

    private final Service service;

    ReadLink(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        byte[] target;
        try (Descriptor link = service.tree().path(exchange.request().node())) {
            if (link.failed()) {
                exchange.answer(link.errno());
                return;
            }
            target = service.tree().calls().names().readLink(OPERATION, link.number(), ITSELF);
        }
        if (target == null) {
            exchange.answer(Errno.EINVAL);
            return;
        }
        MemorySegment.copy(target, 0, exchange.reply(), ValueLayout.JAVA_BYTE, Frame.HEADER, target.length);
        exchange.answerBody(target.length);
    }
}
