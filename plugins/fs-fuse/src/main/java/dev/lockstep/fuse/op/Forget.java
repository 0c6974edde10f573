package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;

/** FORGET: the kernel drops an object from its caches. Not answered. */
final class Forget implements Operation {
    private final Service service;

    Forget(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        exchange.ignore();
        service.forget(exchange.request().node(), exchange.request().number(0));
    }
}
