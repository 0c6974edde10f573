package dev.lockstep.core.config;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The nodes of the cluster, its networks, and the address of each node on each network (cluster.xml).
 *
 * @param port UDP port of the membership protocol; default 4800
 * @param pulse period of its packets; default 100 ms
 * @param missedForLeader packets missed before a new leader is elected; default 20
 * @param missedForFollower packets missed before a follower is declared offline; default 10
 * @param lans the networks in file order; at least one, and at least one lists every node
 */
public record ClusterConfig(
        int port, Duration pulse, int missedForLeader, int missedForFollower, List<LanConfig> lans) {

    /** Copies the list. */
    public ClusterConfig {
        lans = List.copyOf(lans);
        if (lans.isEmpty()) {
            throw new IllegalArgumentException("a cluster has at least one lan");
        }
    }

    /** The names of all nodes, in order of first appearance. */
    public SequencedSet<String> nodes() {
        var names = new LinkedHashSet<String>();
        for (var lan : lans) {
            for (var node : lan.nodes()) {
                names.add(node.name());
            }
        }
        return names;
    }

    /** The network of this name. */
    public Optional<LanConfig> lan(String name) {
        return lans.stream().filter(lan -> lan.name().equals(name)).findFirst();
    }

    /** The first network of the file, which an empty heartbeat name means. */
    public LanConfig firstLan() {
        return lans.getFirst();
    }

    /** The network that carries commands between nodes: the one marked so, else the first. */
    public LanConfig commandLan() {
        return lans.stream().filter(LanConfig::command).findFirst().orElseGet(this::firstLan);
    }
}
