package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.Negotiation;
import dev.lockstep.fuse.wire.Request;

/** READ. A short reply means the end of the file, so everything up to there is read. */
final class Read implements Operation {
    private static final String OPERATION = "READ";

    private final Service service;

    Read(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        Request request = exchange.request();
        OpenFile file = service.files().get(request.number(0));
        if (file == null) {
            exchange.answer(Errno.EBADF);
            return;
        }
        long offset = request.number(8);
        int wanted = Math.min(request.integer(16), Negotiation.MAX_WRITE);
        int done = 0;
        while (done < wanted) {
            long count = service.tree()
                    .calls()
                    .files()
                    .pread(
                            OPERATION,
                            file.descriptor(),
                            exchange.reply(),
                            Frame.HEADER + (long) done,
                            (long) wanted - done,
                            offset + done);
            if (count < 0) {
                exchange.answer((int) -count);
                return;
            }
            if (count == 0) {
                break;
            }
            done += (int) count;
        }
        exchange.answerBody(done);
    }
}
