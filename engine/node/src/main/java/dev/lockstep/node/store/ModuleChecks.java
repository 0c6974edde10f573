package dev.lockstep.node.store;

import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.hooks.GroovyHookRunner;
import dev.lockstep.node.hooks.HookFaults;
import dev.lockstep.node.store.ClusterStore.ActiveCluster;
import dev.lockstep.node.store.Configurations.Parsed;
import dev.lockstep.node.store.Configurations.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Decides whether a folder can be applied as a module. */
final class ModuleChecks {
    private final Configurations configurations;
    private final ClusterStore clusters;

    ModuleChecks(Configurations configurations, ClusterStore clusters) {
        this.configurations = configurations;
        this.clusters = clusters;
    }

    /**
     * What a folder says.
     *
     * @param node name of this node
     */
    record Checked(ModuleConfig config, String expanded, Advice advice, String node) {
        /** The same with more warnings. */
        Checked and(List<String> warnings) {
            return new Checked(config, expanded, advice.and(warnings), node);
        }
    }

    /**
     * Checks everything in a folder.
     *
     * @param shown the folder to speak of, which this one is a copy of
     * @param others the other applied modules; one that cannot be used any more is warned of and harms nobody else
     */
    Checked check(String module, Path folder, Path shown, List<AppliedModule> others) throws Refusal, IOException {
        ActiveCluster cluster = cluster();
        String file = shown.resolve(ModuleFolder.CONFIGURATION).toString();
        requireFile(folder, shown);
        Path bin = folder.resolve("bin");
        Map<String, ModuleConfig> configs = new TreeMap<>();
        List<String> warnings = new ArrayList<>();
        for (AppliedModule other : others) {
            if (!other.name().equals(module)) {
                try {
                    configs.put(other.name(), expanded(other));
                } catch (Refusal unusable) {
                    warnings.add("Not compared with module " + other.name() + ": " + unusable.text());
                }
            }
        }
        Parsed<ModuleConfig> parsed = configurations.module(
                ModuleFolder.configuration(folder, shown),
                file,
                new Surroundings(module, bin, cluster.config(), configs));
        if (parsed.value().user().isPresent()) {
            warnings.addAll(hookWarnings(
                    module, bin, parsed.value().user().get().variables().keySet()));
        }
        return new Checked(parsed.value(), parsed.expanded(), parsed.advice().and(warnings), cluster.localNode());
    }

    private static void requireFile(Path folder, Path shown) throws Refusal {
        if (!Files.isRegularFile(folder.resolve(ModuleFolder.CONFIGURATION), LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "There is no " + ModuleFolder.CONFIGURATION + " in " + shown + ".",
                    "",
                    "Write it, or install the module again.");
        }
    }

    private static List<String> hookWarnings(String module, Path bin, Set<String> variables)
            throws Refusal, IOException {
        GroovyHookRunner.Checked checked;
        try {
            checked = GroovyHookRunner.check(bin, variables);
        } catch (HookFaults faults) {
            throw ConfigurationHooks.faulty(module, faults);
        }
        Set<String> hooks = checked.hooks();
        List<String> warnings = new ArrayList<>(checked.doubts());
        if (hooks.isEmpty()) {
            warnings.add("The configuration has a <user> section but bin/ has no hook: no application is started.");
        } else if (!hooks.contains("prestart")) {
            warnings.add(
                    "There is no hook prestart: what a crash left of the application is not stopped before a start.");
        }
        return warnings;
    }

    /** An applied configuration, which was found right when it was applied. */
    ModuleConfig expanded(AppliedModule module) throws Refusal, IOException {
        ActiveCluster cluster = cluster();
        try {
            return configurations
                    .applied(
                            Files.readAllBytes(module.safeconf()),
                            module.safeconf().toString(),
                            new Surroundings(module.name(), module.bin(), cluster.config(), Map.of()))
                    .value();
        } catch (Refusal refusal) {
            throw unusable(module, refusal.getMessage() + "\n" + refusal.reason());
        } catch (IOException damaged) {
            throw unusable(module, "It cannot be read: " + damaged + ".");
        }
    }

    private static Refusal unusable(AppliedModule module, String reason) {
        return new Refusal(
                Refusal.Kind.FAILED,
                "The applied configuration of " + module.name() + " cannot be used any more.",
                reason,
                "Correct what changed on this host, or apply the module again with 'lockstep config -m " + module.name()
                        + "'.");
    }

    /** The name of this node. */
    String node() throws Refusal, IOException {
        return cluster().localNode();
    }

    private ActiveCluster cluster() throws Refusal, IOException {
        return clusters.active()
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.STATE,
                        "No cluster is configured on this node.",
                        "",
                        "Run 'lockstep cluster config cluster.xml' first."));
    }
}
