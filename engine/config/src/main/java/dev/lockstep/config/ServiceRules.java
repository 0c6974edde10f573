package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.core.config.ServiceMode;
import java.util.Map;
import java.util.Set;

/** Rules on the service as a whole: what each mode holds, and on which nodes it runs. */
final class ServiceRules {
    private static final Map<ServiceMode, Set<String>> ALLOWED = Map.of(
            ServiceMode.MIRROR, Set.of("heart", "rfs", "vip", "user", "vhost", "errd", "check", "failover"),
            ServiceMode.FARM, Set.of("farm", "vip", "user", "vhost", "errd", "check", "failover"),
            ServiceMode.LIGHT, Set.of("user", "vhost", "errd", "check", "failover"));
    private static final Set<String> EVERY_CHILD =
            Set.of("heart", "farm", "rfs", "vip", "user", "vhost", "errd", "check", "failover");

    private final XmlElement service;
    private final ServiceMode mode;
    private final ModuleContext context;
    private final Diagnostics diagnostics;

    private ServiceRules(XmlElement service, ServiceMode mode, ModuleContext context, Diagnostics diagnostics) {
        this.service = service;
        this.mode = mode;
        this.context = context;
        this.diagnostics = diagnostics;
    }

    static void check(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        Written.mode(service).ifPresent(mode -> {
            var rules = new ServiceRules(service, mode, context, diagnostics);
            rules.checkChildren();
            rules.checkRequired();
            rules.checkMirrorAttributes();
            rules.checkNodes();
        });
    }

    private void checkChildren() {
        for (var child : service.children()) {
            if (EVERY_CHILD.contains(child.name()) && !ALLOWED.get(mode).contains(child.name())) {
                diagnostics.error(
                        child,
                        "a " + word() + " module has no " + child.name(),
                        "Remove it, or change the mode of the service.");
            }
        }
        if (mode != ServiceMode.FARM) {
            service.descend("vip", "loadbalancing_list")
                    .forEach(list ->
                            diagnostics.error(list, "traffic is shared in a farm only", "Remove loadbalancing_list."));
        }
        if (mode != ServiceMode.MIRROR) {
            service.descend("check", "splitbrain")
                    .forEach(checker ->
                            diagnostics.error(checker, "a witness is asked in a mirror only", "Remove splitbrain."));
        }
    }

    private void checkRequired() {
        if (mode == ServiceMode.MIRROR
                && service.descend("heart", "heartbeat").findAny().isEmpty()) {
            diagnostics.error(
                    service.child("heart").orElse(service),
                    "a mirror needs at least one heartbeat",
                    "Add <heart><heartbeat name=\"...\"/></heart> with the name of a lan of the cluster.");
        }
        if (mode == ServiceMode.FARM && service.descend("farm", "lan").findAny().isEmpty()) {
            diagnostics.error(
                    service.child("farm").orElse(service),
                    "a farm needs at least one lan",
                    "Add <farm><lan name=\"...\"/></farm> with the name of a lan of the cluster.");
        }
    }

    private void checkMirrorAttributes() {
        if (mode == ServiceMode.MIRROR) {
            service.attribute("defaultprim").ifPresent(attribute -> checkDefaultPrimary(attribute.value()));
            return;
        }
        for (var attribute : Set.of("failover", "defaultprim")) {
            if (service.attribute(attribute).isPresent()) {
                diagnostics.warn(
                        service,
                        attribute,
                        "it means something in a mirror only",
                        "Remove it from this " + word() + ".");
            }
        }
    }

    private void checkDefaultPrimary(String value) {
        if (value.isBlank() || value.equals("alone") || value.equals("lastprim")) {
            return;
        }
        context.cluster().ifPresent(cluster -> {
            var nodes = context.nodes().isEmpty() ? cluster.nodes() : context.nodes();
            if (!nodes.contains(value) && !isHostNameHere(value, cluster)) {
                diagnostics.error(
                        service,
                        "defaultprim",
                        "\"" + value + "\" is neither alone, lastprim nor a node of this module",
                        NearestName.of(value, nodes)
                                .map(near -> "Did you mean \"" + near + "\"?")
                                .orElse("Use alone, lastprim, or one of: " + String.join(", ", nodes) + "."));
            }
        });
    }

    private boolean isHostNameHere(String value, ClusterConfig cluster) {
        return context.site().hostName().filter(value::equals).isPresent()
                && localNode(cluster, context.site()) != null;
    }

    /** The cluster's name of the node that has one of these local addresses; null if there is none. */
    static String localNode(ClusterConfig cluster, SiteChecks site) {
        var local = site.localAddresses().orElse(Set.of());
        return cluster.lans().stream()
                .flatMap(lan -> lan.nodes().stream())
                .filter(node -> local.contains(node.localAddress())
                        || local.stream()
                                .anyMatch(address ->
                                        Addresses.canonical(address).equals(Addresses.canonical(node.localAddress()))))
                .map(LanNode::name)
                .findFirst()
                .orElse(null);
    }

    private void checkNodes() {
        if (context.cluster().isEmpty()) {
            diagnostics.warn(
                    service,
                    "no cluster is configured here: names of nodes and networks are not checked",
                    "Apply the cluster's configuration first.");
            return;
        }
        var cluster = context.cluster().get();
        int count = context.nodes().isEmpty()
                ? cluster.nodes().size()
                : context.nodes().size();
        boolean undecided = context.nodes().isEmpty() && count > 2;
        if (mode == ServiceMode.MIRROR && count != 2 && !undecided) {
            diagnostics.error(
                    service,
                    "mode",
                    "a mirror runs on two nodes, and this module is on " + count + ": "
                            + String.join(
                                    ", ", context.nodes().stream().sorted().toList()),
                    "Configure it on exactly two nodes of the cluster.");
        }
    }

    private String word() {
        return service.value("mode").orElse("");
    }
}
