package dev.lockstep.node.daemon;

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
import dev.lockstep.node.Refusal;
import dev.lockstep.node.store.Configurations;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the XML files of cluster and modules, on this host. Thread-safe; the readers are made when they are first needed. */
public final class XmlConfigurations implements Configurations {
    /** An applied configuration was checked against this host when it was applied, and its values are final. */
    private static final String APPLIED = "safeconf.xml";

    private final Supplier<Map<String, String>> environment;
    private final Lazy<ClusterReader> clusters = new Lazy<>(ClusterReader::new);
    private final Lazy<UserConfigReader> modules = new Lazy<>(UserConfigReader::new);

    /** Readers are costly, and a daemon without modules does not need them all. */
    private static final class Lazy<T> {
        private final Supplier<T> maker;
        private T made;

        private Lazy(Supplier<T> maker) {
            this.maker = maker;
        }

        private synchronized T get() {
            if (made == null) {
                made = maker.get();
            }
            return made;
        }
    }

    /** With the environment variables that configurations may name. */
    public XmlConfigurations(Supplier<Map<String, String>> environment) {
        this.environment = environment;
    }

    @Override
    public Parsed<ClusterConfig> cluster(byte[] content, String file) throws Refusal {
        ClusterReading reading = clusters.get().read(content, file, SiteChecks.ANYWHERE);
        if (reading.config().isEmpty()) {
            throw faulty("The cluster configuration has faults.", reading.diagnostics(), List.of());
        }
        return new Parsed<>(reading.config().get(), warnings(reading.diagnostics()), "");
    }

    @Override
    public Parsed<ModuleConfig> module(byte[] content, String file, Path bin, ClusterConfig cluster, String node)
            throws Refusal {
        boolean applied = Path.of(file).endsWith(APPLIED);
        ModuleContext context = new ModuleContext(
                file,
                Platform.LINUX,
                environment.get(),
                Optional.of(cluster),
                Set.of(),
                Map.of(),
                applied ? SiteChecks.ANYWHERE : new HostSite(bin));
        ModuleReading reading = applied
                ? modules.get().readApplied(content, file, context)
                : modules.get().read(content, file, context);
        if (!reading.isApplicable()) {
            throw faulty("The configuration of the module has faults.", reading.diagnostics(), reading.notYet());
        }
        return new Parsed<>(reading.config().orElseThrow(), warnings(reading.diagnostics()), reading.safeconf());
    }

    private static Refusal faulty(String sentence, List<Diagnostic> diagnostics, List<Diagnostic> notYet) {
        String all = Stream.concat(
                        diagnostics.stream()
                                .filter(diagnostic -> diagnostic.severity().refuses()),
                        notYet.stream())
                .map(Diagnostic::text)
                .collect(Collectors.joining("\n"));
        return new Refusal(Refusal.Kind.INVALID, sentence, all, "Correct them, then try again.");
    }

    private static List<String> warnings(List<Diagnostic> diagnostics) {
        return diagnostics.stream()
                .filter(diagnostic -> diagnostic.severity() == Severity.WARNING)
                .map(Diagnostic::text)
                .toList();
    }
}
