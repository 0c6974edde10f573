package dev.lockstep.core.config;

import java.util.List;
import java.util.Optional;

/**
 * One network of the cluster.
 *
 * @param name its unique name, which modules refer to
 * @param command whether it was marked as the network of the distributed commands; default no
 * @param nodes the nodes it connects, two or more, in file order
 */
public record LanConfig(String name, boolean command, List<LanNode> nodes) {

    /** Copies the list. */
    public LanConfig {
        nodes = List.copyOf(nodes);
    }

    /** The place of this node on the network, if it is connected to it. */
    public Optional<LanNode> node(String nodeName) {
        return nodes.stream().filter(node -> node.name().equals(nodeName)).findFirst();
    }
}
