package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.wire.Frame;
import java.lang.foreign.ValueLayout;

/** LSEEK: where data or a hole begins. */
final class Seek implements Operation {
    private static final String OPERATION = "LSEEK";

    private final Service service;

    Seek(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        OpenFile file = service.files().get(exchange.request().number(0));
        if (file == null) {
            exchange.answer(Errno.EBADF);
            return;
        }
        long result = service.tree()
                .calls()
                .files()
                .seek(
                        OPERATION,
                        file.descriptor(),
                        exchange.request().number(8),
                        exchange.request().integer(16));
        if (result < 0) {
            exchange.answer((int) -result);
            return;
        }
        exchange.reply().set(ValueLayout.JAVA_LONG_UNALIGNED, Frame.HEADER, result);
        exchange.answerBody(Long.BYTES);
    }
}
