package dev.lockstep.replication;

import java.io.IOException;
import java.nio.file.Path;

/** Opens the replication of a module. */
public final class ReplicationEngine {
    private ReplicationEngine() {}

    /**
     * What an engine is made of.
     *
     * @param module the module's name, for messages and threads
     * @param trees how many replicated directories the module has, at least 1
     * @param stateDirectory where the durable record and the dirty log live; created if missing; used by nobody else
     * @param settings settings at the start
     * @param events who is told
     * @param time clocks
     */
    public record Parts(
            String module,
            int trees,
            Path stateDirectory,
            ReplicationSettings settings,
            ReplicationEvents events,
            TimeSource time) {}

    /**
     * Opens the engine from what the state directory says. A missing state is that of a copy never synchronized; a damaged one is
     * set aside, told by a notice, and everything counts as changed.
     *
     * @throws IOException if the state directory cannot be read or written; the message names it
     */
    public static Replication open(Parts parts) throws IOException {
        java.nio.file.Files.createDirectories(parts.stateDirectory());
        throw new IOException("the replication of " + parts.module() + " is not built yet");
    }
}
