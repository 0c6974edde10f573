package dev.lockstep.node.store;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.LanConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.net.LocalAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Finds out which node of a cluster this host is: the one that has an address of this host, unless it is named. */
final class NodeFinder {
    private final LocalAddresses addresses;
    private final Optional<String> named;

    NodeFinder(LocalAddresses addresses, Optional<String> named) {
        this.addresses = addresses;
        this.named = named;
    }

    /** The name of the node. */
    String find(ClusterConfig cluster) throws Refusal {
        if (named.isPresent()) {
            if (!cluster.nodes().contains(named.get())) {
                throw new Refusal(
                        Refusal.Kind.INVALID,
                        "LOCKSTEP_NODE says that this is the node " + named.get()
                                + ", which the cluster does not have.",
                        "Its nodes are " + String.join(", ", cluster.nodes()) + ".",
                        "Set LOCKSTEP_NODE to one of them, or unset it so that the node is found by its addresses.");
            }
            return named.get();
        }
        Set<String> found = new LinkedHashSet<>();
        for (LanConfig lan : cluster.lans()) {
            for (LanNode node : lan.nodes()) {
                if (isHere(node.localAddress())) {
                    found.add(node.name());
                }
            }
        }
        if (found.size() == 1) {
            return found.iterator().next();
        }
        throw found.isEmpty() ? nobody(cluster) : several(found);
    }

    private boolean isHere(String address) {
        try {
            return addresses.contains(InetAddress.getByName(address));
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static Refusal nobody(ClusterConfig cluster) {
        StringBuilder reason = new StringBuilder("The cluster has");
        for (LanConfig lan : cluster.lans()) {
            for (LanNode node : lan.nodes()) {
                reason.append(' ')
                        .append(node.name())
                        .append(" at ")
                        .append(node.localAddress())
                        .append(" (")
                        .append(lan.name())
                        .append("),");
            }
        }
        reason.setCharAt(reason.length() - 1, '.');
        return new Refusal(
                Refusal.Kind.INVALID,
                "This host is no node of the cluster: none of the addresses is configured here and up.",
                reason.toString(),
                "Correct addr (or laddr, where addresses are translated) in cluster.xml, bring the interface up, or set"
                        + " LOCKSTEP_NODE to the name of this node.");
    }

    private static Refusal several(Set<String> found) {
        return new Refusal(
                Refusal.Kind.INVALID,
                "This host has addresses of more than one node of the cluster: " + String.join(", ", found) + ".",
                "",
                "Set LOCKSTEP_NODE to the one that this daemon is to be.");
    }
}
