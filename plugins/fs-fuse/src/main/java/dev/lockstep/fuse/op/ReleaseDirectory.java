package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;

/** RELEASEDIR. */
final class ReleaseDirectory implements Operation {
    private final Service service;

    ReleaseDirectory(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        OpenDirectory directory =
                service.directories().remove(exchange.request().number(0));
        if (directory != null) {
            service.close("RELEASEDIR", directory);
        }
        exchange.answer(0);
    }
}
