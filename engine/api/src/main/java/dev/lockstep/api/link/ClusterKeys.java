package dev.lockstep.api.link;

import java.util.List;

/**
 * The keys by which the nodes of a cluster know each other: one, or two while the key is being changed. A single
 * {@link ClusterKey} is such a set that never changes. Thread-safe.
 */
public interface ClusterKeys {
    /** Every key that is believed now, at least one; it may change at any time. */
    List<ClusterKey> accepted();

    /** The key with which this node speaks to another one now: one that the other is known to hold. */
    ClusterKey toward(String node);

    /** A node has shown that it holds a key: something authentic arrived from it that was made with that key. Must not block. */
    void shown(String node, ClusterKey key);
}
