package dev.lockstep.replication.kit;

import java.util.List;
import java.util.Random;

/** Steps at which a power failure is tried: all that is durable, and what comes before and after it. */
final class CrashPoints {
    private static final List<String> ALL = List.of(
            "state.store-alone",
            "state.store-alone.after",
            "state.store-target",
            "state.store-target.after",
            "state.store-pairing",
            "state.store-pairing.after",
            "state.store-paired",
            "state.store-paired.after",
            "state.store-joined",
            "state.store-joined.after",
            "state.store-disk-refusal",
            "state.store-disk-refusal.after",
            "state.drop-disk-refusal",
            "state.store-outdated",
            "state.create-log",
            "state.publish-log",
            "state.publish-log.after",
            "state.force-log",
            "state.force-log.after",
            "state.write-log",
            "state.drop-previous-log",
            "state.delete-old-logs",
            "tree.park",
            "tree.adopt",
            "tree.set-state",
            "tree.sync",
            "tree.clear-limbo",
            "tree.apply-Write",
            "tree.apply-Create",
            "tree.apply-Rename",
            "tree.walk",
            "tree.read",
            "tree.state",
            "tree.entries");

    private CrashPoints() {}

    /** One of them, as {@link Faults} names it. */
    static String any(Random random) {
        return ALL.get(random.nextInt(ALL.size()));
    }
}
