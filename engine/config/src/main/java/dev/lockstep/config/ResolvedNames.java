package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import java.util.Optional;

/**
 * Writes out the names a file may leave to its surroundings: the lan of a heartbeat with an empty name, and the node
 * whose host name {@code defaultprim} holds. The applied form of a configuration then means the same wherever and whenever
 * it is read.
 */
final class ResolvedNames {
    private ResolvedNames() {}

    /** The same document with these names written out. */
    static XmlElement in(XmlElement root, ModuleContext context) {
        return root.withChildren(root.children().stream()
                .map(service -> service(service, context))
                .toList());
    }

    private static XmlElement service(XmlElement service, ModuleContext context) {
        var named = service.value("defaultprim")
                .flatMap(written -> node(written, context))
                .map(node -> service.withValue("defaultprim", node))
                .orElse(service);
        return named.withChildren(named.children().stream()
                .map(child -> child.name().equals("heart") ? heart(child, context) : child)
                .toList());
    }

    private static XmlElement heart(XmlElement heart, ModuleContext context) {
        return heart.withChildren(heart.children().stream()
                .map(heartbeat -> NetworkRules.lan(heartbeat, context)
                        .filter(lan -> Written.filled(heartbeat, "name").isEmpty())
                        .map(lan -> heartbeat.withValue("name", lan))
                        .orElse(heartbeat))
                .toList());
    }

    /** The node whose host name this is, if it is no node's name itself. */
    private static Optional<String> node(String written, ModuleContext context) {
        return context.cluster()
                .filter(cluster -> !cluster.nodes().contains(written))
                .filter(cluster ->
                        context.site().hostName().filter(written::equals).isPresent())
                .map(cluster -> ServiceRules.localNode(cluster, context.site()));
    }
}
