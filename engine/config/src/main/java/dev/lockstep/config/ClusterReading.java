package dev.lockstep.config;

import dev.lockstep.core.config.ClusterConfig;
import java.util.List;
import java.util.Optional;

/**
 * What came of reading a cluster.xml.
 *
 * @param config the cluster; present exactly when there is no error
 * @param diagnostics everything found, in the order of the file
 */
public record ClusterReading(Optional<ClusterConfig> config, List<Diagnostic> diagnostics) {

    /** Copies the list. */
    public ClusterReading {
        diagnostics = List.copyOf(diagnostics);
    }
}
