package dev.lockstep.node.store;

import dev.lockstep.config.ClusterReader;
import dev.lockstep.config.ClusterReading;
import dev.lockstep.config.Diagnostic;
import dev.lockstep.config.ModuleContext;
import dev.lockstep.config.ModuleReading;
import dev.lockstep.config.Platform;
import dev.lockstep.config.Severity;
import dev.lockstep.config.SiteChecks;
import dev.lockstep.config.UserConfigReader;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.node.Fault;
import dev.lockstep.node.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the files with the readers of the configuration language. What is new is checked against this host; what was applied was
 * checked when it was, and a start finds out what changed since.
 */
public final class XmlConfigurations implements Configurations {
    private final ClusterReader clusters = new ClusterReader();
    private final UserConfigReader modules = new UserConfigReader();
    private final Map<String, String> environment;
    private final List<Path> enginePlaces;

    /** Readers whose {@code %NAME%} may mean a variable of this environment, for an engine that lives in these directories. */
    public XmlConfigurations(Map<String, String> environment, List<Path> enginePlaces) {
        this.environment = Map.copyOf(environment);
        this.enginePlaces = List.copyOf(enginePlaces);
    }

    @Override
    public Parsed<ClusterConfig> cluster(byte[] content, String file) throws Refusal {
        return judge(clusters.read(content, file, new HostSite(Optional.empty(), enginePlaces)));
    }

    @Override
    public Parsed<ClusterConfig> appliedCluster(byte[] content, String file) throws Refusal {
        return judge(clusters.readApplied(content, file, new HostSite(Optional.empty(), enginePlaces)));
    }

    private static Parsed<ClusterConfig> judge(ClusterReading reading) throws Refusal {
        if (reading.config().isEmpty()) {
            throw faulty("The cluster configuration has faults.", reading.diagnostics().stream());
        }
        return new Parsed<>(reading.config().get(), advice(reading.diagnostics()), "");
    }

    @Override
    public Parsed<ModuleConfig> module(byte[] content, String file, Surroundings surroundings) throws Refusal {
        return judge(
                modules.read(
                        content,
                        file,
                        context(surroundings, new HostSite(Optional.of(surroundings.bin()), enginePlaces))),
                surroundings);
    }

    @Override
    public Parsed<ModuleConfig> applied(byte[] content, String file, Surroundings surroundings) throws Refusal {
        return judge(modules.readApplied(content, file, context(surroundings, SiteChecks.ANYWHERE)), surroundings);
    }

    private ModuleContext context(Surroundings surroundings, SiteChecks site) {
        return new ModuleContext(
                surroundings.module(),
                System.getProperty("os.name", "").startsWith("Windows") ? Platform.WINDOWS : Platform.LINUX,
                environment,
                Optional.of(surroundings.cluster()),
                Set.of(),
                surroundings.others(),
                site);
    }

    private static Parsed<ModuleConfig> judge(ModuleReading reading, Surroundings surroundings) throws Refusal {
        if (!reading.isApplicable()) {
            throw faulty(
                    "The configuration of " + surroundings.module() + " cannot be applied.",
                    Stream.concat(reading.diagnostics().stream(), reading.notYet().stream()));
        }
        return new Parsed<>(reading.config().orElseThrow(), advice(reading.diagnostics()), reading.safeconf());
    }

    private static Refusal faulty(String message, Stream<Diagnostic> diagnostics) {
        List<Diagnostic> faults = diagnostics
                .filter(diagnostic -> diagnostic.severity().refuses())
                .toList();
        return new Refusal(
                Refusal.Kind.INVALID,
                message,
                faults.stream().map(Diagnostic::text).collect(Collectors.joining("\n")),
                "Correct " + (faults.size() == 1 ? "it" : "all of it") + " and try again.",
                faults.stream().map(XmlConfigurations::fault).toList());
    }

    private static Fault fault(Diagnostic diagnostic) {
        int at = diagnostic.subject().indexOf('@');
        return new Fault(
                diagnostic.severity().word(),
                diagnostic.file(),
                diagnostic.line(),
                diagnostic.column(),
                at < 0 ? diagnostic.subject() : diagnostic.subject().substring(0, at),
                at < 0 ? "" : diagnostic.subject().substring(at + 1),
                diagnostic.problem(),
                diagnostic.remedy());
    }

    private static Advice advice(List<Diagnostic> diagnostics) {
        return new Advice(
                sentences(diagnostics, Severity.WARNING),
                sentences(diagnostics, Severity.INFO),
                diagnostics.stream().map(XmlConfigurations::fault).toList());
    }

    private static List<String> sentences(List<Diagnostic> diagnostics, Severity severity) {
        return diagnostics.stream()
                .filter(diagnostic -> diagnostic.severity() == severity)
                .map(diagnostic -> diagnostic.file() + ":" + diagnostic.line() + ":" + diagnostic.column() + ": "
                        + (diagnostic.subject().isEmpty() ? "" : diagnostic.subject() + ": ") + diagnostic.problem()
                        + "." + (diagnostic.remedy().isEmpty() ? "" : " " + diagnostic.remedy()))
                .toList();
    }
}
