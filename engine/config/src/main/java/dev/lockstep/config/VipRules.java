package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.ServiceMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Rules on virtual addresses and on the sharing of their traffic. */
final class VipRules {
    private final XmlElement vip;
    private final ServiceMode mode;
    private final ModuleContext context;
    private final Diagnostics diagnostics;
    /** Canonical address to the type of the virtual interface that carries it, empty for a real one. */
    private final Map<String, String> bindings = new LinkedHashMap<>();

    private VipRules(XmlElement vip, ServiceMode mode, ModuleContext context, Diagnostics diagnostics) {
        this.vip = vip;
        this.mode = mode;
        this.context = context;
        this.diagnostics = diagnostics;
    }

    static void check(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        Written.mode(service)
                .filter(mode -> mode != ServiceMode.LIGHT)
                .ifPresent(mode -> service.children("vip").forEach(vip -> {
                    var rules = new VipRules(vip, mode, context, diagnostics);
                    rules.checkVip();
                    vip.descend("interface_list", "interface").forEach(rules::checkInterface);
                    rules.checkGroups();
                }));
    }

    private void checkVip() {
        if (mode == ServiceMode.MIRROR && vip.has("scriptcontrol", "on")) {
            diagnostics.error(
                    vip, "scriptcontrol", "scripts open the traffic in a farm only", "Remove it from this mirror.");
        }
        if (mode == ServiceMode.FARM && vip.children("loadbalancing_list").isEmpty()) {
            diagnostics.warn(
                    vip,
                    "no traffic is shared: what no rule takes is denied, so that no service can be reached",
                    "Add loadbalancing_list with a group and its rules.");
        }
    }

    private void checkInterface(XmlElement element) {
        var bound = Stream.concat(
                        element.children("real_interface").stream(), element.children("virtual_interface").stream())
                .toList();
        if (bound.size() != 1) {
            diagnostics.error(
                    element,
                    bound.isEmpty()
                            ? "it has neither real_interface nor virtual_interface"
                            : "it has real_interface and virtual_interface",
                    "Write one of the two; use a second interface for the other.");
        }
        if (element.has("arpreroute", "on")) {
            var addresses = bound.stream()
                    .flatMap(binding -> binding.children("virtual_addr").stream())
                    .flatMap(address -> address.value("addr").stream())
                    .toList();
            if (!addresses.isEmpty() && addresses.stream().allMatch(Addresses::isIpv6)) {
                diagnostics.warn(element, "arpreroute", "IPv6 knows no gratuitous ARP", "Remove it.");
            }
        }
        bound.forEach(binding -> checkBinding(element, binding));
    }

    private void checkBinding(XmlElement element, XmlElement binding) {
        boolean real = binding.name().equals("real_interface");
        if (real && mode == ServiceMode.FARM) {
            diagnostics.error(binding, "a farm has virtual interfaces only", "Write virtual_interface.");
        }
        Written.filled(binding, "addr")
                .filter(mac -> !real && !Addresses.isUnicastMac(mac))
                .ifPresent(mac -> diagnostics.error(
                        binding,
                        "addr",
                        "\"" + mac + "\" is no hardware address of a single interface",
                        "Write six pairs of hexadecimal digits, the first pair even, such as 5A:FE:0A:14:00:3C."));
        if (binding.children("virtual_addr").isEmpty()) {
            diagnostics.error(binding, "no virtual address is in it", "Add <virtual_addr addr=\"...\"/>.");
        }
        for (var address : binding.children("virtual_addr")) {
            checkWhere(address, real);
            Written.filled(address, "addr").ifPresent(value -> {
                checkAddress(element, address, Written.withoutBrackets(value));
                bindings.putIfAbsent(
                        Addresses.canonical(Written.withoutBrackets(value)),
                        real ? "" : binding.value("type").orElse(""));
            });
            Written.filled(address, "netmask")
                    .filter(mask -> !Addresses.isIpv4(mask))
                    .ifPresent(mask -> diagnostics.error(
                            address,
                            "netmask",
                            "\"" + mask + "\" is no IPv4 mask",
                            "Write one such as 255.255.255.0."));
        }
    }

    private void checkWhere(XmlElement address, boolean real) {
        var where = address.value("where");
        if (where.isEmpty() && mode == ServiceMode.MIRROR) {
            diagnostics.error(address, "where", "the attribute where is missing", "Add where=\"one_side_alias\".");
        } else if (real && where.filter("alias"::equals).isPresent()) {
            diagnostics.error(
                    address, "where", "a real interface has its addresses on the primary", "Write one_side_alias.");
        } else if (mode == ServiceMode.FARM
                && where.filter(value -> value.startsWith("one_side")).isPresent()) {
            diagnostics.error(address, "where", "a farm has its addresses on every node", "Write alias.");
        } else if (!real
                && mode == ServiceMode.MIRROR
                && where.filter("alias"::equals).isPresent()) {
            diagnostics.warn(
                    address, "where", "alias sets the address on both nodes of the mirror", "Write one_side_alias.");
        }
    }

    private void checkAddress(XmlElement element, XmlElement address, String value) {
        if (!Addresses.isAddressOrName(value)) {
            diagnostics.error(
                    address, "addr", "\"" + value + "\" is no address", "Write an IPv4 or IPv6 address, or a name.");
            return;
        }
        var canonical = Addresses.canonical(value);
        if (bindings.containsKey(canonical)) {
            diagnostics.error(address, "addr", value + " is written twice", "Remove one of the two.");
        }
        context.otherModules()
                .forEach((name, module) -> module.vip().stream()
                        .flatMap(other -> other.interfaces().stream())
                        .flatMap(other -> other.addresses().stream())
                        .filter(other -> Addresses.canonical(other.addr()).equals(canonical))
                        .findFirst()
                        .ifPresent(other -> diagnostics.error(
                                address,
                                "addr",
                                value + " is an address of the module " + name,
                                "Give each module virtual addresses of its own.")));
        context.cluster()
                .ifPresent(cluster -> cluster.lans().stream()
                        .flatMap(lan -> lan.nodes().stream())
                        .filter(node -> Stream.of(node.addr(), node.localAddress())
                                .map(Addresses::canonical)
                                .anyMatch(canonical::equals))
                        .findFirst()
                        .ifPresent(node -> diagnostics.error(
                                address,
                                "addr",
                                value + " is the physical address of the node " + node.name(),
                                "Write an address that no server has.")));
        boolean found = Written.filled(element, "name").isPresent() || element.has("check", "off");
        if (!found && Addresses.numeric(value).isPresent() && !context.site().isOnLocalNetwork(value)) {
            diagnostics.error(
                    address,
                    "addr",
                    value + " is in no network of this node, so that no interface is found for it",
                    "Write an address of a network of the node, or name the interface.");
        }
    }

    private void checkGroups() {
        var seen = new HashMap<String, XmlElement>();
        vip.descend("loadbalancing_list", "group").forEach(group -> {
            Written.filled(group, "name")
                    .map(name -> seen.putIfAbsent(name, group))
                    .ifPresent(first -> diagnostics.error(
                            group,
                            "name",
                            "a group of this name is at line " + first.place().line(),
                            "Give each group its own name."));
            if (group.children("rule").isEmpty()) {
                diagnostics.error(group, "it has no rule and takes no traffic", "Add a rule.");
            }
            checkHosts(group.descend("cluster", "host").toList());
            group.children("rule").forEach(this::checkRule);
        });
    }

    private void checkHosts(List<XmlElement> hosts) {
        var names = new HashSet<String>();
        for (var host : hosts) {
            Written.filled(host, "name").ifPresent(name -> {
                if (!names.add(name)) {
                    diagnostics.error(
                            host, "name", "\"" + name + "\" is in this group twice", "Remove one of the two.");
                }
                context.cluster()
                        .filter(cluster -> !cluster.nodes().contains(name))
                        .ifPresent(cluster -> diagnostics.error(
                                host,
                                "name",
                                "the cluster has no node named \"" + name + "\"",
                                NearestName.remedy(name, cluster.nodes())));
            });
        }
        boolean silent = !hosts.isEmpty()
                && hosts.stream().allMatch(host -> Written.whole(host, "power").orElse(1) == 0);
        if (silent) {
            diagnostics.warn(
                    hosts.getFirst(),
                    "power",
                    "every node has the power 0: nobody takes the traffic of the group",
                    "Give at least one node a power above 0.");
        }
    }

    private void checkRule(XmlElement rule) {
        var addressed = addressedBy(rule);
        if (rule.has("proto", "arp")) {
            if (rule.attribute("filter").isPresent() && !rule.has("filter", "on_addr")) {
                diagnostics.error(
                        rule,
                        "filter",
                        "with proto=\"arp\" there is nothing else to share by",
                        "Write filter=\"on_addr\".");
            }
            if (addressed.contains("vmac_invisible")) {
                diagnostics.error(
                        rule,
                        "proto",
                        "with vmac_invisible no node answers ARP for the others",
                        "Remove the rule, or use vmac_directed.");
            }
        }
        if (rule.has("filter", "on_ipid")) {
            if (rule.has("proto", "tcp")) {
                diagnostics.warn(
                        rule,
                        "filter",
                        "the packets of one TCP connection would go to different nodes",
                        "Use on_addr or on_port, or proto=\"udp\".");
            }
            if (rule.value("virtual_addr").filter(Addresses::isIpv6).isPresent()) {
                diagnostics.warn(rule, "filter", "IPv6 packets have no such identifier", "Use on_addr or on_port.");
            }
        }
        Written.filled(rule, "virtual_addr")
                .filter(address -> !address.equals("*") && !bindings.containsKey(Addresses.canonical(address)))
                .ifPresent(address -> diagnostics.warn(
                        rule,
                        "virtual_addr",
                        address + " is no virtual address of this module",
                        NearestName.remedy(address, bindings.keySet())));
        Written.filled(rule, "port")
                .filter(port -> port.matches("[0-9]+")
                        && (port.length() > 5 || Integer.parseInt(port) > 65535 || Integer.parseInt(port) == 0))
                .ifPresent(port ->
                        diagnostics.error(rule, "port", port + " is out of range", "Write a port, 1 to 65535, or *."));
    }

    private Set<String> addressedBy(XmlElement rule) {
        var address = rule.value("virtual_addr").orElse("*");
        if (address.equals("*")) {
            return new HashSet<>(bindings.values());
        }
        return Set.of(bindings.getOrDefault(Addresses.canonical(address), ""));
    }
}
