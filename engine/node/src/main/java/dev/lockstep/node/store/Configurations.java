package dev.lockstep.node.store;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.node.Refusal;
import java.nio.file.Path;
import java.util.Map;

/** Turns configuration files into values, or into the sentences that say what is wrong with them. */
public interface Configurations {
    /**
     * A cluster configuration.
     *
     * @param file its name, for the sentences
     * @throws Refusal (INVALID) with every fault
     */
    Parsed<ClusterConfig> cluster(byte[] content, String file) throws Refusal;

    /**
     * A cluster configuration that was applied: nothing in it is new.
     *
     * @param file its name, for the sentences
     * @throws Refusal (INVALID) with every fault
     */
    Parsed<ClusterConfig> appliedCluster(byte[] content, String file) throws Refusal;

    /**
     * The configuration of a module as its integrator wrote it, and whether this engine can do all it asks for.
     *
     * @param file its name, for the sentences
     * @throws Refusal (INVALID) with every fault
     */
    Parsed<ModuleConfig> module(byte[] content, String file, Surroundings surroundings) throws Refusal;

    /**
     * The configuration of a module as it was applied: macros are expanded already.
     *
     * @param file its name, for the sentences
     * @throws Refusal (INVALID) with every fault
     */
    Parsed<ModuleConfig> applied(byte[] content, String file, Surroundings surroundings) throws Refusal;

    /**
     * What a module is checked against.
     *
     * @param module its name
     * @param bin the directory of its scripts
     * @param cluster the cluster it is to run in
     * @param others the other applied modules of this node, which must not share directories or addresses with it
     */
    record Surroundings(String module, Path bin, ClusterConfig cluster, Map<String, ModuleConfig> others) {
        /** Copies the map. */
        public Surroundings {
            others = Map.copyOf(others);
        }
    }

    /**
     * What a file says.
     *
     * @param advice for the operator
     * @param expanded the file with its macros expanded
     */
    record Parsed<T>(T value, Advice advice, String expanded) {}
}
