package dev.lockstep.node.store;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.node.Refusal;
import java.nio.file.Path;
import java.util.List;

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
     * The configuration of a module, and whether this engine can do all it asks for.
     *
     * @param file its name, for the sentences
     * @param bin the directory of its scripts
     * @param cluster the cluster it is to run in
     * @param node the name of this node
     * @throws Refusal (INVALID) with every fault
     */
    Parsed<ModuleConfig> module(byte[] content, String file, Path bin, ClusterConfig cluster, String node)
            throws Refusal;

    /**
     * What a file says.
     *
     * @param warnings sentences for the operator
     * @param expanded the file with its macros expanded
     */
    record Parsed<T>(T value, List<String> warnings, String expanded) {
        /** Copies the warnings. */
        public Parsed {
            warnings = List.copyOf(warnings);
        }
    }
}
