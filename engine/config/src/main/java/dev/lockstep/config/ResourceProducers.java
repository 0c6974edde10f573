package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.Condition.Resource;
import java.util.Set;
import java.util.TreeSet;

/**
 * The resources a module will have.
 *
 * @param names full names of those that the configuration names
 * @param openClasses classes of the engine, of which any resource may exist
 */
record ResourceProducers(Set<String> names, Set<String> openClasses) {
    private static final Set<String> ENGINE_CLASSES = Set.of("heart", "state", "rfs", "usersetting", "farm");
    private static final Set<String> CONFIGURED_CLASSES = Set.of(
            "tcp",
            "ping",
            "intf",
            "ip",
            "custom",
            "module",
            "splitbrain",
            "proc",
            "heartbeat",
            "heartbeatlocaladdr",
            "connections");

    /** Those of this service. */
    static ResourceProducers of(XmlElement service, ModuleContext context) {
        var names = new TreeSet<String>();
        service.descend("check").flatMap(check -> check.children().stream()).forEach(checker -> {
            CheckerRules.ident(checker).ifPresent(ident -> names.add(checker.name() + "." + ident));
            if (checker.name().equals("splitbrain")) {
                names.add("splitbrain.uptodate");
            }
        });
        service.descend("errd", "proc")
                .forEach(process -> process.value("name").ifPresent(name -> names.add("proc." + name)));
        var heartbeats = service.descend("heart", "heartbeat").toList();
        for (int index = 0; index < heartbeats.size(); index++) {
            var ident = NetworkRules.ident(heartbeats.get(index), index, context);
            names.add("heartbeat." + ident);
            names.add("heartbeatlocaladdr." + ident);
        }
        for (var kind : new String[] {"real_interface", "virtual_interface"}) {
            service.descend("vip", "interface_list", "interface", kind, "virtual_addr")
                    .flatMap(address -> address.value("addr").stream())
                    .forEach(address -> {
                        names.add("ip." + address);
                        names.add("connections." + address);
                    });
        }
        return new ResourceProducers(Set.copyOf(names), ENGINE_CLASSES);
    }

    /** Whether something sets this resource. Wildcards are not judged, except for a class that does not exist. */
    boolean produces(Resource resource) {
        if (openClasses.contains(resource.resourceClass())) {
            return true;
        }
        if (resource.any() || resource.all()) {
            return CONFIGURED_CLASSES.contains(resource.resourceClass());
        }
        boolean generatedInterface = resource.resourceClass().equals("intf")
                && names.stream().anyMatch(name -> name.startsWith("connections."));
        return generatedInterface || names.contains(resource.resourceClass() + "." + resource.id());
    }
}
