package dev.lockstep.core.config;

import java.util.Optional;

/**
 * The address of one node on one network.
 *
 * @param name the node's name in the cluster
 * @param addr the address at which the other nodes reach it: IPv4, IPv6 without brackets, or a DNS name
 * @param laddr its own address on the network when translation makes it differ; IPv6 without brackets
 */
public record LanNode(String name, String addr, Optional<String> laddr) {

    /** The address the node itself has on an interface: {@code laddr}, else {@code addr}. */
    public String localAddress() {
        return laddr.orElse(addr);
    }
}
