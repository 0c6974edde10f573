package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.Descriptor;
import dev.lockstep.fuse.tree.ObjectLabel;
import dev.lockstep.fuse.wire.Frame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** LISTXATTR, without the engine's own. */
final class ListExtendedAttributes implements Operation {
    private static final String OPERATION = "LISTXATTR";
    private static final int LIST_MAX = 64 << 10;

    private final Service service;

    ListExtendedAttributes(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        MemorySegment list = exchange.scratch();
        int length;
        try (Descriptor object = service.tree().path(exchange.request().node())) {
            length = object.failed()
                    ? object.number()
                    : service.tree().calls().attributes().listAttributes(OPERATION, object.number(), list, 0, LIST_MAX);
        }
        if (length < 0) {
            exchange.answer(-length);
            return;
        }
        int shown = copyShown(list, length, exchange.reply());
        int room = exchange.request().integer(0);
        if (room == 0) {
            exchange.reply().set(ValueLayout.JAVA_LONG_UNALIGNED, Frame.HEADER, shown);
            exchange.answerBody(Long.BYTES);
        } else if (shown > room) {
            exchange.answer(Errno.ERANGE);
        } else {
            exchange.answerBody(shown);
        }
    }

    private static int copyShown(MemorySegment list, int length, MemorySegment reply) {
        int shown = 0;
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (list.get(ValueLayout.JAVA_BYTE, i) == 0) {
                byte[] name = list.asSlice(start, (long) i - start).toArray(ValueLayout.JAVA_BYTE);
                if (!ObjectLabel.isHidden(name)) {
                    MemorySegment.copy(list, start, reply, Frame.HEADER + (long) shown, i + 1L - start);
                    shown += i + 1 - start;
                }
                start = i + 1;
            }
        }
        return shown;
    }
}
