package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.HeartbeatConfig;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Rules on heartbeats, on the lans of a farm and on the network of the replication. */
final class NetworkRules {
    private static final int SERVERS = 2;

    private final XmlElement service;
    private final ModuleContext context;
    private final Diagnostics diagnostics;

    private NetworkRules(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        this.service = service;
        this.context = context;
        this.diagnostics = diagnostics;
    }

    static void check(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        var rules = new NetworkRules(service, context, diagnostics);
        rules.checkHeartbeats();
        rules.checkFarm();
        rules.checkFlow();
        rules.checkMixture();
    }

    private List<XmlElement> heartbeats() {
        return service.descend("heart", "heartbeat").toList();
    }

    private void checkHeartbeats() {
        var lans = new HashMap<String, XmlElement>();
        var idents = new HashMap<String, XmlElement>();
        var heartbeats = heartbeats();
        for (int index = 0; index < heartbeats.size(); index++) {
            var heartbeat = heartbeats.get(index);
            boolean legacy = !heartbeat.children("server").isEmpty();
            if (legacy) {
                checkServers(heartbeat);
            } else {
                checkLanName(heartbeat, "name", true);
                var before = lan(heartbeat).map(name -> lans.putIfAbsent(name, heartbeat));
                before.ifPresent(first -> diagnostics.error(
                        heartbeat,
                        "name",
                        "the lan \"" + lan(heartbeat).orElse("") + "\" has a heartbeat already, at line "
                                + first.place().line(),
                        "Use another lan, or remove one of the two."));
            }
            var ident = ident(heartbeat, index);
            var first = idents.putIfAbsent(ident, heartbeat);
            if (first != null && heartbeat.attribute("ident").isPresent()) {
                diagnostics.error(
                        heartbeat,
                        "ident",
                        "the ident \"" + ident + "\" is used already, at line "
                                + first.place().line(),
                        "Give each heartbeat its own ident.");
            }
            checkTimes(heartbeat);
        }
        var flow = idents.get(HeartbeatConfig.FLOW);
        if (flow == null) {
            idents.forEach((ident, heartbeat) -> NearestName.of(ident, List.of(HeartbeatConfig.FLOW))
                    .filter(near -> heartbeat.attribute("ident").isPresent())
                    .ifPresent(near -> diagnostics.warn(
                            heartbeat,
                            "ident",
                            "\"" + ident
                                    + "\" is any name; the replication takes the heartbeat with ident=\"flow\", else the"
                                    + " first one",
                            "Did you mean \"flow\"?")));
        }
        if (flow != null && service.child("rfs").isEmpty()) {
            diagnostics.warn(
                    flow,
                    "ident",
                    "flow is the network of the replication, and nothing is replicated: the module wi"
                            + "ll wait at its start",
                    "Add rfs, or choose another ident.");
        }
    }

    private void checkTimes(XmlElement heartbeat) {
        var heart = service.child("heart").orElse(heartbeat);
        var pulse = Written.time(heartbeat, "pulse", ChronoUnit.MILLIS)
                .or(() -> Written.time(heart, "pulse", ChronoUnit.MILLIS))
                .orElse(Duration.ofMillis(700));
        var timeout = Written.time(heartbeat, "timeout", ChronoUnit.MILLIS)
                .or(() -> Written.time(heart, "timeout", ChronoUnit.MILLIS))
                .orElse(Duration.ofSeconds(30));
        if (timeout.compareTo(pulse) <= 0 && !timeout.isZero()) {
            var at = heartbeat.attribute("timeout").isPresent()
                            || heartbeat.attribute("pulse").isPresent()
                    ? heartbeat
                    : heart;
            diagnostics.error(
                    at,
                    "timeout",
                    "the timeout of " + timeout.toMillis() + " ms is not longer than the pulse of " + pulse.toMillis()
                            + " ms: the heartbeat would always be lost",
                    "Make the timeout several times the pulse.");
        }
    }

    private void checkServers(XmlElement parent) {
        var servers = parent.children("server");
        if (servers.size() != SERVERS) {
            diagnostics.error(
                    parent,
                    "it has " + servers.size() + " server" + (servers.size() == 1 ? "" : "s"),
                    "Write two, one per node, or use name.");
        }
        for (var server : servers) {
            checkAddress(server);
        }
    }

    private void checkAddress(XmlElement element) {
        Written.filled(element, "addr")
                .filter(address -> !Addresses.isAddressOrName(Written.withoutBrackets(address)))
                .ifPresent(address -> diagnostics.error(
                        element,
                        "addr",
                        "\"" + address + "\" is no address",
                        "Write an IPv4 or IPv6 address or a name."));
    }

    /** Checks the name of a lan; an empty one means the first lan of the cluster where that is allowed. */
    private void checkLanName(XmlElement element, String attribute, boolean emptyAllowed) {
        var written = element.value(attribute);
        if (written.isEmpty()) {
            diagnostics.error(
                    element,
                    attribute,
                    "the attribute " + attribute + " is missing",
                    "Add " + attribute + "=\"...\" with the name of a lan of the cluster" + lanList() + ".");
            return;
        }
        var name = written.get();
        if (name.isBlank()) {
            if (!emptyAllowed) {
                diagnostics.error(element, attribute, "the name is empty", "Write the name of a lan" + lanList() + ".");
            } else {
                diagnostics.info(
                        element,
                        attribute,
                        "the name is empty, so the first lan of the cluster is used"
                                + context.cluster()
                                        .map(cluster ->
                                                " (" + cluster.firstLan().name() + ")")
                                        .orElse(""));
            }
            return;
        }
        if (context.cluster().isPresent() && context.cluster().get().lan(name).isEmpty()) {
            diagnostics.error(
                    element,
                    attribute,
                    "the cluster has no lan named \"" + name + "\"",
                    NearestName.remedy(name, lanNames()));
            return;
        }
        checkMembers(element, attribute, name);
    }

    /** A mirror's heartbeat connects both nodes: the lan must have them. */
    private void checkMembers(XmlElement element, String attribute, String name) {
        var lan = context.cluster().flatMap(cluster -> cluster.lan(name));
        if (lan.isEmpty()) {
            return;
        }
        var missing = new TreeSet<String>(context.nodes());
        missing.removeIf(node -> lan.get().node(node).isPresent());
        if (!missing.isEmpty()) {
            diagnostics.error(
                    element,
                    attribute,
                    "the lan \"" + name + "\" does not connect " + String.join(" and ", missing)
                            + ", where the module runs",
                    "Use a lan that connects the nodes of the module, or add the node to it in cluster.xml.");
        }
    }

    private void checkFarm() {
        var seen = new HashMap<String, XmlElement>();
        service.descend("farm", "lan").forEach(lan -> {
            if (!lan.children("node").isEmpty()) {
                lan.children("node").forEach(this::checkAddress);
                return;
            }
            checkLanName(lan, "name", false);
            var first = Written.filled(lan, "name").map(name -> seen.putIfAbsent(name, lan));
            first.ifPresent(before -> diagnostics.error(
                    lan,
                    "name",
                    "the farm uses this lan already, at line " + before.place().line(),
                    "Remove one of the two."));
        });
    }

    private void checkFlow() {
        service.descend("rfs", "flow").forEach(flow -> {
            if (!flow.children("server").isEmpty()) {
                checkServers(flow);
                return;
            }
            checkLanName(flow, "name", false);
            var heartbeats = heartbeats();
            for (int index = 0; index < heartbeats.size(); index++) {
                var heartbeat = heartbeats.get(index);
                if (ident(heartbeat, index).equals(HeartbeatConfig.FLOW)
                        && !lan(heartbeat).equals(flow.value("name"))) {
                    diagnostics.error(
                            flow,
                            "name",
                            "the heartbeat with ident=\"flow\" at line "
                                    + heartbeat.place().line() + " uses the lan \""
                                    + lan(heartbeat).orElse("") + "\"",
                            "Use the same lan, or remove the element flow.");
                }
            }
        });
    }

    private void checkMixture() {
        var withAddresses = new ArrayList<XmlElement>();
        var withNames = new ArrayList<XmlElement>();
        List<XmlElement> all = new ArrayList<>(heartbeats());
        service.descend("rfs", "flow").forEach(all::add);
        service.descend("farm", "lan").forEach(all::add);
        for (var element : all) {
            boolean addresses = element.children().stream()
                    .anyMatch(child -> Set.of("server", "node").contains(child.name()));
            if (addresses) {
                withAddresses.add(element);
            }
            if (Written.filled(element, "name").isPresent()
                    || (!addresses && element.attribute("name").isPresent())) {
                withNames.add(element);
            }
        }
        if (!withAddresses.isEmpty() && !withNames.isEmpty()) {
            var legacy = withAddresses.getFirst();
            diagnostics.error(
                    legacy,
                    "addresses are written here and the name of a lan at line "
                            + withNames.getFirst().place().line() + ": one file uses one of the two forms",
                    "Write name=\"...\" with the name of a lan of the cluster everywhere.");
        }
    }

    /** The lan a heartbeat uses. */
    private Optional<String> lan(XmlElement heartbeat) {
        return lan(heartbeat, context);
    }

    /** The lan a heartbeat uses, the first of the cluster if its name is empty. */
    static Optional<String> lan(XmlElement heartbeat, ModuleContext context) {
        return heartbeat
                .value("name")
                .flatMap(name -> name.isBlank()
                        ? context.cluster().map(cluster -> cluster.firstLan().name())
                        : Optional.of(name));
    }

    private String ident(XmlElement heartbeat, int index) {
        return ident(heartbeat, index, context);
    }

    /** The ident of the heartbeat with this index. */
    static String ident(XmlElement heartbeat, int index, ModuleContext context) {
        return heartbeat
                .value("ident")
                .or(() -> lan(heartbeat, context).filter(name -> !name.isBlank()))
                .orElse(Integer.toString(index));
    }

    private List<String> lanNames() {
        return context.cluster()
                .map(cluster -> cluster.lans().stream().map(lan -> lan.name()).toList())
                .orElse(List.of());
    }

    private String lanList() {
        var names = lanNames();
        return names.isEmpty() ? "" : ": " + String.join(", ", names);
    }
}
