package dev.lockstep.config;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.ModuleConfig;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a module's configuration is checked against.
 *
 * @param module the module's name
 * @param platform the system it is for
 * @param environment environment variables that {@code %name%} may mean
 * @param cluster the cluster; without it, names of nodes and networks are not checked
 * @param nodes names of the nodes the module is on; empty means all nodes of the cluster
 * @param otherModules the other modules of this node by name, for what two modules cannot share
 * @param site the node itself
 */
public record ModuleContext(
        String module,
        Platform platform,
        Map<String, String> environment,
        Optional<ClusterConfig> cluster,
        Set<String> nodes,
        Map<String, ModuleConfig> otherModules,
        SiteChecks site) {

    /** Copies the collections. */
    public ModuleContext {
        environment = Map.copyOf(environment);
        nodes = Set.copyOf(nodes);
        otherModules = Map.copyOf(otherModules);
    }

    /** A module on Linux checked alone: no environment, no other module, nothing known about the node. */
    public static ModuleContext of(String module, ClusterConfig cluster) {
        return new ModuleContext(
                module, Platform.LINUX, Map.of(), Optional.of(cluster), Set.of(), Map.of(), SiteChecks.ANYWHERE);
    }

    /** The same with this environment. */
    public ModuleContext withEnvironment(Map<String, String> newEnvironment) {
        return new ModuleContext(module, platform, newEnvironment, cluster, nodes, otherModules, site);
    }

    /** The same on this node. */
    public ModuleContext withSite(SiteChecks newSite) {
        return new ModuleContext(module, platform, environment, cluster, nodes, otherModules, newSite);
    }

    /** The same for this system. */
    public ModuleContext withPlatform(Platform newPlatform) {
        return new ModuleContext(module, newPlatform, environment, cluster, nodes, otherModules, site);
    }

    /** The same on these nodes of the cluster. */
    public ModuleContext withNodes(Set<String> newNodes) {
        return new ModuleContext(module, platform, environment, cluster, newNodes, otherModules, site);
    }

    /** The same beside these modules. */
    public ModuleContext withOtherModules(Map<String, ModuleConfig> modules) {
        return new ModuleContext(module, platform, environment, cluster, nodes, modules, site);
    }
}
