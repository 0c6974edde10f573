package dev.lockstep.fuse.device;

import dev.lockstep.api.fs.FileSystemFailure;

/** Serves one kind of request. Called by many reader threads at once. */
@FunctionalInterface
public interface Operation {
    /**
     * Serves a request and answers it, now or later.
     *
     * @throws FileSystemFailure becomes the answer, if there was none yet
     */
    void serve(Exchange exchange) throws FileSystemFailure;
}
