package dev.lockstep.api.fs;

import java.io.IOException;
import java.nio.file.Path;
import org.pf4j.ExtensionPoint;

/** Intercepts replicated directories on one operating system. */
public interface FileSystemInterceptor extends ExtensionPoint {
    /**
     * Checks, without changing anything, that {@code directory} can be intercepted here.
     *
     * @throws IOException with a sentence that says what is missing and what to do: no /dev/fuse, not root, not a directory,
     *     a file system without the features needed ...
     */
    void check(Path directory) throws IOException;

    /**
     * Takes hold of a directory: finds what lies below, replaces what a crashed engine left mounted, labels and indexes its
     * objects. Nothing is offered to applications before {@link InterceptedTree#expose}.
     *
     * @throws IOException if it cannot be intercepted; nothing is left mounted then that was not before
     */
    InterceptedTree open(TreeDefinition definition, MutationGate gate, TreeEvents events) throws IOException;
}
