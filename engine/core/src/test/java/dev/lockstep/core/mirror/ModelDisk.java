package dev.lockstep.core.mirror;

import java.util.HashSet;
import java.util.Set;

/** What survives a crash of a node of the model. */
final class ModelDisk {
    ReplicaIdentity identity = ReplicaIdentity.blank();
    final Set<Integer> data = new HashSet<>();
    long incarnation;
    boolean failover = true;
    LoopCounter loop = LoopCounter.ZERO;
}
