package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlFault;
import dev.lockstep.config.xml.XmlSource;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.LanConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.schema.cluster.ClusterType;
import dev.lockstep.schema.cluster.LanType;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;

/** Reads cluster.xml. Thread-safe; its first reading of a new file is costly: keep one. */
public final class ClusterReader {
    private final SchemaBinding<ClusterType> binding =
            new SchemaBinding<>("dev/lockstep/schema/cluster.xsd", ClusterType.class);

    /**
     * Reads a file.
     *
     * @param bytes its content
     * @param file how to name it in diagnostics
     * @param site the node it is read on, asked whether names have addresses
     * @return the cluster, or everything that is wrong with the file
     */
    public ClusterReading read(byte[] bytes, String file, SiteChecks site) {
        var diagnostics = new Diagnostics(file);
        return reading(bytes, site, diagnostics, root -> binding.bind(root, diagnostics));
    }

    /**
     * Reads a file that was validated against the schema when it was applied: all our own checks are made, and nothing else.
     *
     * @param bytes its content
     * @param file how to name it in diagnostics
     * @param site the node it is read on, asked whether names have addresses
     * @return the cluster, or everything that is wrong with the file
     */
    public ClusterReading readApplied(byte[] bytes, String file, SiteChecks site) {
        return reading(bytes, site, new Diagnostics(file), root -> Optional.of(binding.bindApplied(root)));
    }

    private ClusterReading reading(
            byte[] bytes,
            SiteChecks site,
            Diagnostics diagnostics,
            Function<XmlElement, Optional<ClusterType>> binder) {
        Optional<ClusterConfig> config = root(bytes, diagnostics).flatMap(root -> {
            StructureCheck.check(root, binding.vocabulary(), Platform.LINUX, diagnostics);
            ClusterRules.check(root, site, diagnostics);
            return diagnostics.hasErrors()
                    ? Optional.empty()
                    : binder.apply(root.withoutEditorAttributes()).map(ClusterReader::map);
        });
        return new ClusterReading(config, diagnostics.inOrder());
    }

    private static Optional<XmlElement> root(byte[] bytes, Diagnostics diagnostics) {
        try {
            var roots = XmlSource.read(bytes, "cluster");
            return DocumentRules.singleRoot(roots, "cluster", diagnostics);
        } catch (XmlFault fault) {
            diagnostics.at(Severity.ERROR, fault.place(), "", fault.problem(), fault.remedy());
            return Optional.empty();
        }
    }

    private static ClusterConfig map(ClusterType cluster) {
        var lans = cluster.getLans();
        return new ClusterConfig(
                Integer.parseInt(lans.getPort()),
                Durations.valid(lans.getPulse(), ChronoUnit.MILLIS),
                Integer.parseInt(lans.getMlostCount()),
                Integer.parseInt(lans.getSlostCount()),
                lans.getLan().stream().map(ClusterReader::map).toList());
    }

    private static LanConfig map(LanType lan) {
        return new LanConfig(
                lan.getName(),
                lan.getCommand().equals("on"),
                lan.getNode().stream()
                        .map(node -> new LanNode(
                                node.getName(),
                                Written.withoutBrackets(node.getAddr()),
                                Optional.ofNullable(node.getLaddr()).map(Written::withoutBrackets)))
                        .toList());
    }
}
