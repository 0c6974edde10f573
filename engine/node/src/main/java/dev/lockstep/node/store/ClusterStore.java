package dev.lockstep.node.store;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The cluster this node belongs to: its configuration, its key and which of its nodes this one is. Thread-safe. */
public interface ClusterStore {
    /**
     * What is configured.
     *
     * @return empty when no cluster is configured
     * @throws Refusal (INVALID) if what is there cannot be used: a damaged file, a key with a wrong length, a node that is not
     *     found on this host
     */
    Optional<ActiveCluster> active() throws Refusal, IOException;

    /**
     * Takes a cluster configuration: an {@code .xml} file (a new key is made), a {@code .zip} archive (with its key), or nothing (the
     * stored file as edited, and a new key). {@code cluster.zip} with both is written for the other nodes.
     *
     * @return what to tell the operator
     * @throws Refusal if the configuration is locked or has faults, or no node of it is this host
     */
    Advice configure(Optional<Path> file) throws Refusal, IOException;

    /**
     * Begins, on this node, to change the key while everything runs: the next key is believed beside the one in force, and used
     * toward each node that holds it. Without a file a new key is made and {@code cluster.zip} written for the other nodes.
     *
     * @param archive {@code cluster.zip} of the node where the new key was made
     * @return what to tell the operator
     * @throws Refusal (STATE) if a change to another key is under way, (INVALID) if the archive is of another cluster configuration
     */
    Advice rekey(Optional<Path> archive) throws Refusal, IOException;

    /**
     * Ends the change of the key on this node: the former key is not believed any more.
     *
     * @return what to tell the operator
     * @throws Refusal (STATE) if no change is under way
     */
    Advice retireKey() throws Refusal, IOException;

    /**
     * Checks a cluster configuration without taking it.
     *
     * @return what to tell the operator
     */
    Advice check(Path file) throws Refusal, IOException;

    /** Removes configuration and key. */
    void remove() throws Refusal, IOException;

    /** Locks the configuration against {@link #configure}, or unlocks it. */
    void lock(boolean locked) throws IOException;

    /** Where {@code cluster.zip} for the other nodes lies. */
    Path archive();

    /** Signature, date and lock of the configuration in force. */
    Info info() throws IOException;

    /**
     * The cluster configuration in force.
     *
     * @param config nodes, networks and addresses
     * @param keys the secret of the cluster; the same object as long as the configuration is in force
     * @param localNode name of the node that this host is
     */
    record ActiveCluster(ClusterConfig config, KeyRing keys, String localNode) {
        /** While the key is being changed: the other nodes that are not known to hold the new one. Else empty. */
        public List<String> withoutNewKey() {
            return !keys.isChanging()
                    ? List.of()
                    : config.nodes().stream()
                            .filter(node -> !node.equals(localNode))
                            .filter(node -> !keys.holders().contains(node))
                            .toList();
        }
    }

    /**
     * About the configuration in force.
     *
     * @param signature empty when there is none
     * @param seconds modification date, seconds since the epoch
     */
    record Info(String signature, long seconds, boolean locked) {}
}
