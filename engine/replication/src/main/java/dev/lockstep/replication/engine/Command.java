package dev.lockstep.replication.engine;

import dev.lockstep.replication.ReplicationFailure;
import java.io.IOException;

/** A role command of the engine; what it throws fails its stage. */
@FunctionalInterface
interface Command {
    /** Carries it out. */
    void run() throws ReplicationFailure, IOException, InterruptedException;
}
