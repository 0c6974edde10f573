package dev.lockstep.core.config;

/** Period of a module's life in which a checker, or a virtual host name, is active. */
public enum Phase {
    /** From after {@code prestart} to before {@code poststop}, wherever the module is started. */
    PRE,
    /** While the node is PRIM or ALONE. */
    PRIM,
    /** While the node is SECOND. */
    SECOND,
    /** While the node is UP; in a mirror while it is PRIM, ALONE or SECOND. */
    BOTH
}
