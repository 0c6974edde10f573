package dev.lockstep.api.fs;

/** How the replicated directory is offered to the processes of this node. */
public enum Exposure {
    /** Mounted read-only: secondary, waiting. */
    READ_ONLY,
    /** Mounted read-write; every mutation passes the gate. */
    READ_WRITE
}
