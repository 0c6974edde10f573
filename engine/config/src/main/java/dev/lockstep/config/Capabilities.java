package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.ServiceMode;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the language allows and this version cannot do yet. It is refused by name when a configuration is applied, never
 * ignored; what merely has no effect is told as information.
 */
final class Capabilities {
    private static final Map<String, String> ELEMENTS = Map.of(
            "vip", "virtual addresses are not set yet",
            "vhost", "virtual host names are not provided yet",
            "errd", "processes are not supervised yet",
            "failover", "failover rules are not evaluated yet");

    private final Diagnostics notYet;
    private final Diagnostics remarks;

    private Capabilities(Diagnostics notYet, Diagnostics remarks) {
        this.notYet = notYet;
        this.remarks = remarks;
    }

    /** What a service asks for and cannot have yet; remarks on what has no effect go to the second argument. */
    static List<Diagnostic> notYet(XmlElement service, String file, Diagnostics remarks) {
        var capabilities = new Capabilities(new Diagnostics(file), remarks);
        capabilities.checkService(service);
        for (var element : service.children()) {
            var reason = ELEMENTS.get(element.name());
            if (reason != null && !isEmpty(element)) {
                capabilities.refuse(element, reason);
            }
        }
        service.descend("check")
                .flatMap(check -> check.children().stream())
                .forEach(checker -> capabilities.refuse(checker, "this checker does not exist yet"));
        service.children("heart").forEach(capabilities::checkHeart);
        service.children("rfs").forEach(capabilities::checkReplication);
        return capabilities.notYet.inOrder();
    }

    /** Templates leave empty elements behind, which ask for nothing. */
    private static boolean isEmpty(XmlElement element) {
        boolean noRules = element.texts().stream().allMatch(text -> text.isBlank());
        return element.children().stream().allMatch(Capabilities::isEmptyList) && noRules;
    }

    private static boolean isEmptyList(XmlElement element) {
        return List.of("interface_list", "loadbalancing_list").contains(element.name())
                && element.children().isEmpty();
    }

    private void checkService(XmlElement service) {
        Written.mode(service)
                .filter(mode -> mode != ServiceMode.MIRROR)
                .ifPresent(mode -> refuse(service, "mode", "only the mode mirror is supported yet"));
        if (service.has("automatic_reboot", "on")) {
            refuse(service, "automatic_reboot", "the server is not rebooted yet");
        }
    }

    private void checkHeart(XmlElement heart) {
        heart.attribute("permanent_arp")
                .ifPresent(attribute -> remarks.info(
                        heart, "permanent_arp", "it has no effect: Lockstep needs no permanent ARP entries"));
        heart.children("heartbeat").stream()
                .filter(heartbeat -> !heartbeat.children("server").isEmpty())
                .forEach(heartbeat -> refuse(
                        heartbeat,
                        "heartbeats by address are not supported yet; write the name of a lan of the cluster"));
    }

    private void checkReplication(XmlElement rfs) {
        rfs.children("flow").stream()
                .filter(flow -> !flow.children("server").isEmpty())
                .forEach(flow ->
                        refuse(flow, "flows by address are not supported yet; write the name of a lan of the cluster"));
        Written.time(rfs, "syncdelta", ChronoUnit.MINUTES)
                .filter(delta -> delta.toMinutes() > 1)
                .ifPresent(delta -> refuse(rfs, "syncdelta", "an outdated node cannot become primary by age yet"));
        if (Written.filled(rfs, "syncat").isPresent()) {
            refuse(rfs, "syncat", "reintegration at certain dates is not supported yet");
        }
        if (rfs.has("scripts", "on")) {
            refuse(rfs, "scripts", "_rfs_callback is not called yet");
        }
        if (rfs.has("namespacepolicy", "0")) {
            refuse(rfs, "namespacepolicy", "reintegration of whole files only is not supported yet");
        }
        tellWithoutEffect(rfs);
    }

    private void tellWithoutEffect(XmlElement rfs) {
        var reasons = new ArrayList<Map.Entry<String, String>>();
        reasons.add(Map.entry(
                "mountoversuffix", "it has no effect: Lockstep mounts over the directory and renames nothing"));
        reasons.add(Map.entry("packetsize", "it has no effect: the engine chooses the size of its packets"));
        reasons.add(Map.entry("reicommit", "it has no effect: files are flushed when they are complete"));
        reasons.forEach(entry -> rfs.attribute(entry.getKey())
                .ifPresent(attribute -> remarks.info(rfs, entry.getKey(), entry.getValue())));
        if (rfs.has("acl", "off")) {
            remarks.info(rfs, "acl", "it has no effect: Lockstep always replicates ACLs");
        }
        rfs.value("nbremconn")
                .filter(count -> !count.equals("1"))
                .ifPresent(count -> remarks.info(rfs, "nbremconn", "one connection is used"));
    }

    private void refuse(XmlElement element, String problem) {
        notYet.at(Severity.NOT_YET, element.place(), element.name(), problem, "Remove it to apply the configuration.");
    }

    private void refuse(XmlElement element, String attribute, String problem) {
        notYet.at(
                Severity.NOT_YET,
                element.placeOf(attribute),
                element.name() + "@" + attribute,
                problem,
                "Remove it to apply the configuration.");
    }
}
