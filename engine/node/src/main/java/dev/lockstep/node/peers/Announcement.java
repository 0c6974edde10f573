package dev.lockstep.node.peers;

import java.util.List;
import java.util.Optional;

/**
 * What a node says of itself.
 *
 * @param cluster signature of its cluster configuration
 * @param keys names of the keys it holds
 * @param modules what it hosts
 */
public record Announcement(String cluster, List<Long> keys, List<Module> modules) {
    /** Copies the lists. */
    public Announcement {
        keys = List.copyOf(keys);
        modules = List.copyOf(modules);
    }

    /** What it says of a module. */
    public Optional<Module> module(String name) {
        return modules.stream().filter(module -> module.name().equals(name)).findFirst();
    }

    /**
     * A module it hosts.
     *
     * @param id its number there
     * @param peer the node it works with there
     * @param heartbeatPort UDP port of its heartbeats
     * @param replicationPort TCP port of its replication
     * @param usable whether it can work there
     * @param primary whether it is primary there, alone or not
     */
    public record Module(
            String name,
            int id,
            String peer,
            int heartbeatPort,
            int replicationPort,
            boolean usable,
            boolean primary) {}
}
