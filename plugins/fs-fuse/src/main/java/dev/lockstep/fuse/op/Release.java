package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;

/** RELEASE: the last reference to an opening is gone, memory mappings included. */
final class Release implements Operation {
    private final Service service;
    private final ModificationTime time;

    Release(Service service) {
        this.service = service;
        time = new ModificationTime(service);
    }

    @Override
    public void serve(Exchange exchange) {
        long handle = exchange.request().number(0);
        OpenFile file = service.files().get(handle);
        if (file != null) {
            if (file.writable()) {
                time.tell(exchange, "RELEASE", file);
            }
            service.files().close(handle);
        }
        exchange.answer(0);
    }
}
