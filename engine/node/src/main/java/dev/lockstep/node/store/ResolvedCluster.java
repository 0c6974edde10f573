package dev.lockstep.node.store;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.LanConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.node.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A cluster configuration whose names were turned into addresses when it was applied: later changes of a name service do nothing. */
final class ResolvedCluster {
    /** The file beside {@code cluster.xml}. */
    static final String FILE = "cluster_ip.xml";

    private static final Pattern SIGNATURE = Pattern.compile("signature ([0-9a-f]{16})");

    private ResolvedCluster() {}

    /** With addresses instead of names. */
    static ClusterConfig resolve(ClusterConfig cluster) throws Refusal {
        List<LanConfig> lans = new ArrayList<>();
        for (LanConfig lan : cluster.lans()) {
            List<LanNode> nodes = new ArrayList<>();
            for (LanNode node : lan.nodes()) {
                Optional<String> laddr = node.laddr().isEmpty()
                        ? Optional.empty()
                        : Optional.of(address(node.laddr().get(), node));
                nodes.add(new LanNode(node.name(), address(node.addr(), node), laddr));
            }
            lans.add(new LanConfig(lan.name(), lan.command(), nodes));
        }
        return new ClusterConfig(
                cluster.port(), cluster.pulse(), cluster.missedForLeader(), cluster.missedForFollower(), lans);
    }

    private static String address(String name, LanNode node) throws Refusal {
        try {
            String address = InetAddress.getByName(name).getHostAddress();
            int scope = address.indexOf('%');
            return scope < 0 ? address : address.substring(0, scope);
        } catch (UnknownHostException unknown) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The address " + name + " of node " + node.name() + " cannot be resolved.",
                    "No name service of this host knows it.",
                    "Write the numeric address, or add the name to /etc/hosts.");
        }
    }

    /** As a file, with the signature of the one it was made from. */
    static String text(ClusterConfig cluster, String signature) {
        StringBuilder text = new StringBuilder("<!-- made by 'cluster config' from cluster.xml, signature " + signature
                + "; edit cluster.xml and apply it again -->\n<cluster>\n");
        text.append(" <lans port=\"%d\" pulse=\"%d\" mlost_count=\"%d\" slost_count=\"%d\">\n"
                .formatted(
                        cluster.port(),
                        cluster.pulse().toMillis(),
                        cluster.missedForLeader(),
                        cluster.missedForFollower()));
        for (LanConfig lan : cluster.lans()) {
            text.append("  <lan name=\"%s\" command=\"%s\">\n".formatted(lan.name(), lan.command() ? "on" : "off"));
            for (LanNode node : lan.nodes()) {
                text.append("   <node name=\"%s\" addr=\"%s\"".formatted(node.name(), bracketed(node.addr())));
                node.laddr().ifPresent(laddr -> text.append(" laddr=\"" + bracketed(laddr) + "\""));
                text.append("/>\n");
            }
            text.append("  </lan>\n");
        }
        return text.append(" </lans>\n</cluster>\n").toString();
    }

    private static String bracketed(String address) {
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }

    /** The signature in a file made by {@link #text}. */
    static Optional<String> signature(byte[] file) {
        Matcher matcher = SIGNATURE.matcher(new String(file, StandardCharsets.UTF_8));
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
