package dev.lockstep.replication.engine;

/** What the engine of a node does. */
enum Role {
    WAITING,
    STOPPED,
    ALONE,
    /** In a pair, or in one that has lost its link and is not settled yet. */
    PRIMARY,
    JOINING,
    SECONDARY,
    CLOSED
}
