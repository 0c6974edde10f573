package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;

/** FLUSH: an application closes one of its descriptors. What it wrote was acknowledged before. */
final class FlushOperation implements Operation {
    private final Service service;
    private final ModificationTime time;

    FlushOperation(Service service) {
        this.service = service;
        time = new ModificationTime(service);
    }

    @Override
    public void serve(Exchange exchange) {
        OpenFile file = service.files().get(exchange.request().number(0));
        if (file != null && file.writable()) {
            time.tell(exchange, "FLUSH", file);
        }
        exchange.answer(0);
    }
}
