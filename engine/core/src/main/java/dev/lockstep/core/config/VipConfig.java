package dev.lockstep.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Virtual addresses and, in a farm, how their traffic is shared.
 *
 * @param tcpReset whether connections from a virtual address are reset before it is removed; default yes
 * @param scriptControl whether a script of a farm opens the traffic; default no
 * @param interfaces interfaces with their addresses, in file order
 * @param groups load-balancing groups of a farm, in file order
 */
public record VipConfig(
        boolean tcpReset, boolean scriptControl, List<VipInterface> interfaces, List<LoadBalancingGroup> groups) {

    /** Copies the lists. */
    public VipConfig {
        interfaces = List.copyOf(interfaces);
        groups = List.copyOf(groups);
    }

    /** How the addresses of an interface are bound. */
    public enum Binding {
        /** To the real hardware address. */
        REAL,
        /** Each node answers with its own hardware address and forwards. */
        VMAC_DIRECTED,
        /** To a virtual hardware address that never appears as a source. */
        VMAC_INVISIBLE
    }

    /** Where a virtual address is set. */
    public enum Where {
        /** On every node of a farm. */
        ALIAS,
        /** On the primary. */
        ONE_SIDE_ALIAS,
        /** On the primary, as the first address of the interface. */
        ONE_SIDE
    }

    /** The key by which clients are shared out. */
    public enum Filter {
        /** The client's address. */
        ON_ADDR,
        /** The client's port. */
        ON_PORT,
        /** The identifier of the IP packet. */
        ON_IPID
    }

    /** Protocol of a load-balancing rule. */
    public enum Protocol {
        /** TCP. */
        TCP,
        /** UDP. */
        UDP,
        /** Answers to ARP and Neighbor Discovery. */
        ARP
    }

    /**
     * One interface.
     *
     * @param check whether an {@code intf} checker is generated; default yes
     * @param arpReroute whether gratuitous ARP is repeated; default no
     * @param arpInterval its period; default 60 s
     * @param arpElapse how long it is sent; default 1200 s
     * @param name the interface; absent means found by the network of the address
     * @param binding how the addresses are bound
     * @param mac the virtual hardware address; absent means computed
     * @param addresses the virtual addresses, at least one
     */
    public record VipInterface(
            boolean check,
            boolean arpReroute,
            Duration arpInterval,
            Duration arpElapse,
            Optional<String> name,
            Binding binding,
            Optional<String> mac,
            List<VirtualAddress> addresses) {

        /** Copies the list. */
        public VipInterface {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * One virtual address.
     *
     * @param addr address or name
     * @param where where it is set; default alias in a farm
     * @param check whether an {@code ip} checker is generated; default yes
     * @param connections whether the number of its connections is published; default no
     * @param netmask IPv4 mask; absent means that of the interface
     */
    public record VirtualAddress(
            String addr, Where where, boolean check, boolean connections, Optional<String> netmask) {}

    /**
     * A load-balancing group.
     *
     * @param name its name
     * @param hosts share of each node; empty means all nodes alike
     * @param rules what traffic it takes
     */
    public record LoadBalancingGroup(String name, List<HostPower> hosts, List<LoadBalancingRule> rules) {

        /** Copies the lists. */
        public LoadBalancingGroup {
            hosts = List.copyOf(hosts);
            rules = List.copyOf(rules);
        }
    }

    /**
     * The share of one node.
     *
     * @param name the node
     * @param power its weight, 0 takes nothing
     */
    public record HostPower(String name, int power) {}

    /**
     * Traffic of a group.
     *
     * @param virtualAddress the virtual address; absent means all
     * @param port the port; absent means all
     * @param protocol the protocol
     * @param filter the key
     */
    public record LoadBalancingRule(
            Optional<String> virtualAddress, OptionalInt port, Protocol protocol, Filter filter) {}
}
