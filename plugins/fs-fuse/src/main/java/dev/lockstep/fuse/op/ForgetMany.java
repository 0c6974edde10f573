package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.wire.Request;

/** BATCH_FORGET: the kernel drops many objects from its caches. Not answered. */
final class ForgetMany implements Operation {
    private static final int HEADER = 8;
    private static final int RECORD = 16;

    private final Service service;

    ForgetMany(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        exchange.ignore();
        Request request = exchange.request();
        int count = request.integer(0);
        for (int i = 0; i < count; i++) {
            int at = HEADER + i * RECORD;
            service.forget(request.number(at), request.number(at + 8));
        }
    }
}
