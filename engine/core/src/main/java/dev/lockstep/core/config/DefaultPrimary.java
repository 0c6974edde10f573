package dev.lockstep.core.config;

/** Which node becomes primary when the module runs alone on one node and starts on the other. */
public sealed interface DefaultPrimary {

    /** The node that runs stays primary: no swap. The default. */
    record Alone() implements DefaultPrimary {}

    /** The node that starts becomes primary if it was primary before its last stop. */
    record LastPrimary() implements DefaultPrimary {}

    /**
     * This node becomes primary, by a swap once it is synchronized.
     *
     * @param name its name in the cluster
     */
    record Node(String name) implements DefaultPrimary {}
}
