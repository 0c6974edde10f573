package dev.lockstep.replication;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.replication.engine.Engine;
import dev.lockstep.replication.state.DiskStateIo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Opens the replication of a module. */
public final class ReplicationEngine {
    /** Pause between two rotations of the activity log of a pair; each makes both nodes write everything to disk. */
    private static final Duration ROTATION_PERIOD = Duration.ofSeconds(15);

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
     * set aside, told as trouble, and everything counts as changed.
     *
     * @throws IOException if the state directory cannot be read or written; the message names it
     */
    public static Replication open(Parts parts) throws IOException {
        try {
            return new Engine(parts, new DiskStateIo(parts.stateDirectory()), ROTATION_PERIOD);
        } catch (IOException e) {
            throw new IOException(
                    "the replication state of module " + parts.module() + " in " + parts.stateDirectory()
                            + " cannot be used: " + Trouble.of(e),
                    e);
        }
    }
}
