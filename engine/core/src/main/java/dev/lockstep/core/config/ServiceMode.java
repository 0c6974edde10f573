package dev.lockstep.core.config;

/** The architecture of a module. */
public enum ServiceMode {
    /** Two nodes, one of which runs the application; replication and failover. */
    MIRROR,
    /** Any number of nodes, all of which run the application and share its load. */
    FARM,
    /** One node: error detection and local restart only. */
    LIGHT
}
