package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Rules on the cluster. */
final class ClusterRules {
    private static final int NODES_MIN = 2;

    /** Lans of a cluster, and nodes of a lan. */
    private static final int LANS_MAX = 32;

    private static final int NODES_MAX = 64;

    /** Names without an address after which no other is asked for: each may cost the whole patience of a name service. */
    private static final int UNRESOLVED_MAX = 4;

    private final List<XmlElement> lans;
    private final Set<String> nodes = new LinkedHashSet<>();
    private final Set<String> resolved = new HashSet<>();
    private final Set<String> unresolved = new HashSet<>();
    private final SiteChecks site;
    private final Diagnostics diagnostics;

    private ClusterRules(List<XmlElement> lans, SiteChecks site, Diagnostics diagnostics) {
        this.lans = lans;
        this.site = site;
        this.diagnostics = diagnostics;
        lans.stream()
                .flatMap(lan -> lan.children("node").stream())
                .flatMap(node -> node.value("name").stream())
                .filter(name -> !name.isBlank())
                .forEach(nodes::add);
    }

    static void check(XmlElement root, SiteChecks site, Diagnostics diagnostics) {
        var lans = root.descend("lans", "lan").toList();
        if (lans.isEmpty()) {
            diagnostics.error(
                    root.child("lans").orElse(root),
                    "the cluster has no lan",
                    "Add <lans><lan name=\"...\">...</lan></lans> with the nodes.");
            return;
        }
        if (lans.size() > LANS_MAX) {
            diagnostics.error(
                    lans.get(LANS_MAX), "the cluster has more than " + LANS_MAX + " lans", "Remove those not in use.");
            return;
        }
        var crowded = lans.stream()
                .filter(lan -> lan.children("node").size() > NODES_MAX)
                .findFirst();
        if (crowded.isPresent()) {
            diagnostics.error(
                    crowded.get(), "the lan has more than " + NODES_MAX + " nodes", "Make several clusters of them.");
            return;
        }
        var rules = new ClusterRules(lans, site, diagnostics);
        rules.checkLans();
        lans.forEach(rules::checkLan);
        rules.checkCompleteLan(root);
    }

    private void checkLans() {
        var names = new HashMap<String, XmlElement>();
        XmlElement command = null;
        for (var lan : lans) {
            var name = lan.value("name").orElse("");
            var first = names.putIfAbsent(name, lan);
            if (first != null && !name.isEmpty()) {
                diagnostics.error(
                        lan,
                        "name",
                        "a lan named \"" + name + "\" is at line "
                                + first.place().line(),
                        "Give each lan its own name.");
            }
            if (lan.has("command", "on")) {
                if (command != null) {
                    diagnostics.error(
                            lan,
                            "command",
                            "the lan at line " + command.place().line() + " carries the commands already",
                            "Write command=\"on\" on one lan only.");
                } else {
                    command = lan;
                }
                var missing = missing(lan);
                if (!missing.isEmpty()) {
                    diagnostics.error(
                            lan,
                            "command",
                            "this lan carries the commands and lacks " + String.join(", ", missing),
                            "Add the node, or choose a lan that has all nodes.");
                }
            }
        }
        if (command == null && !missing(lans.getFirst()).isEmpty()) {
            diagnostics.warn(
                    lans.getFirst(),
                    "the first lan carries the commands and lacks " + String.join(", ", missing(lans.getFirst())),
                    "Put a lan with all nodes first, or write command=\"on\" on one.");
        }
    }

    private void checkLan(XmlElement lan) {
        var members = lan.children("node");
        if (members.size() < NODES_MIN) {
            diagnostics.error(
                    lan,
                    "the lan \"" + lan.value("name").orElse("") + "\" has "
                            + (members.isEmpty() ? "no node" : "one node"),
                    "A network connects two nodes or more.");
        }
        var names = new HashMap<String, XmlElement>();
        var addresses = new HashMap<String, XmlElement>();
        for (var node : members) {
            node.value("name")
                    .map(name -> names.putIfAbsent(name, node))
                    .ifPresent(first -> diagnostics.error(
                            node,
                            "name",
                            "the node \"" + node.value("name").orElse("") + "\" is in this lan already, at line "
                                    + first.place().line(),
                            "Remove one of the two."));
            checkAddress(node, "addr", addresses);
            checkAddress(node, "laddr", new HashMap<>());
        }
    }

    private void checkAddress(XmlElement node, String attribute, Map<String, XmlElement> seen) {
        var written = Written.filled(node, attribute).orElse("");
        if (written.isEmpty()) {
            return;
        }
        var address = Written.withoutBrackets(written);
        boolean bracketed = !address.equals(written);
        if (!bracketed && Addresses.isIpv6(written)) {
            diagnostics.error(
                    node, attribute, "the IPv6 address " + written + " has no brackets", "Write [" + written + "].");
        } else if (bracketed ? !Addresses.isIpv6(address) : !Addresses.isAddressOrName(written)) {
            diagnostics.error(
                    node,
                    attribute,
                    "\"" + written + "\" is no address",
                    "Write an IPv4 address, an IPv6 address in brackets, or a name.");
        } else if (attribute.equals("laddr") && Addresses.numeric(address).isEmpty()) {
            diagnostics.error(
                    node, attribute, "\"" + written + "\" is a name", "Write the numeric address of the interface.");
        } else if (Addresses.numeric(address).isEmpty() && !isResolvable(address)) {
            diagnostics.error(
                    node, attribute, "the name " + address + " has no address", "Correct it, or write the address.");
        }
        var first = seen.putIfAbsent(Addresses.canonical(address), node);
        if (first != null) {
            diagnostics.error(
                    node,
                    attribute,
                    written + " is the address of the node \""
                            + first.value("name").orElse("") + "\" at line "
                            + first.place().line(),
                    "Give each node its own address.");
        }
    }

    private boolean isResolvable(String name) {
        if (unresolved.contains(name)) {
            return false;
        }
        if (unresolved.size() >= UNRESOLVED_MAX || resolved.contains(name)) {
            return true;
        }
        boolean known = site.isResolvable(name);
        (known ? resolved : unresolved).add(name);
        return known;
    }

    private void checkCompleteLan(XmlElement root) {
        if (nodes.size() >= NODES_MIN
                && lans.stream().noneMatch(lan -> missing(lan).isEmpty())) {
            diagnostics.error(
                    root.child("lans").orElse(root),
                    "no lan has all the nodes: " + String.join(", ", nodes),
                    "Add the missing nodes to one of the lans.");
        }
    }

    private Set<String> missing(XmlElement lan) {
        var missing = new TreeSet<>(nodes);
        lan.children("node").forEach(node -> node.value("name").ifPresent(missing::remove));
        return missing;
    }
}
