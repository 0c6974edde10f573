package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.Negotiation;
import dev.lockstep.fuse.wire.Request;

/**
 * READ. A short reply means the end of the file, so everything up to there is read: what memory holds by the thread that has the turn, and
 * what the disk has to bring, or is much, while another one reads requests.
 */
final class Read implements Operation {
    private static final String OPERATION = "READ";

    /** Copying more bytes than these takes longer than passing the turn. */
    private static final int BRIEF = 128 << 10;

    private final Service service;
    private final FileCalls files;

    Read(Service service) {
        this.service = service;
        files = service.tree().calls().files();
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
        if (wanted > BRIEF) {
            exchange.takesLonger();
        }
        int done = 0;
        boolean waits = false;
        while (done < wanted) {
            long count = read(exchange, file, done, wanted, offset, waits);
            if (count == 0) {
                break;
            }
            if (count > 0) {
                done += (int) count;
            } else if (waits) {
                exchange.answer((int) -count);
                return;
            } else {
                exchange.takesLonger();
                waits = true;
            }
        }
        exchange.answerBody(done);
    }

    private long read(Exchange exchange, OpenFile file, int done, int wanted, long offset, boolean waits) {
        long at = Frame.HEADER + (long) done;
        long length = (long) wanted - done;
        return waits
                ? files.pread(OPERATION, file.descriptor(), exchange.reply(), at, length, offset + done)
                : files.preadNow(OPERATION, file.descriptor(), exchange.reply(), at, length, offset + done);
    }
}
