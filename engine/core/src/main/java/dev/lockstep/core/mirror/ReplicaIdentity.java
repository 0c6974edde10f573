package dev.lockstep.core.mirror;

import java.util.List;

/**
 * What a node durably knows about its copy of the replicated directories. Kept by the replication state on disk; every value
 * here is true on disk before it is given to the automaton.
 *
 * @param generation current generation, 0 if the copy has never been part of a mirror
 * @param base generation the dirty marks start from, 0 if there are none
 * @param history earlier generations, latest first; a node whose generation is in the peer's history is behind
 * @param upToDate whether this copy may become the reference without an operator
 * @param inconsistent whether a resynchronization into this copy was begun and not finished
 * @param neverSynchronized whether this copy has never been primary nor fully synchronized
 * @param inPair whether the peer had the same data and this node has not learnt since which of the two went on
 * @param lastPrimary whether the last role this copy had was primary
 */
public record ReplicaIdentity(
        long generation,
        long base,
        List<Long> history,
        boolean upToDate,
        boolean inconsistent,
        boolean neverSynchronized,
        boolean inPair,
        boolean lastPrimary) {
    /** How many earlier generations a report carries at most. */
    public static final int HISTORY_REPORTED_MAX = 8;

    /** Copies the history. */
    public ReplicaIdentity {
        history = List.copyOf(history);
    }

    /** A copy that has never been part of a mirror. */
    public static ReplicaIdentity blank() {
        return new ReplicaIdentity(0, 0, List.of(), false, false, true, false, false);
    }

    /** A module without replicated directories: every node counts as up to date. */
    public static ReplicaIdentity withoutData() {
        return new ReplicaIdentity(0, 0, List.of(), true, false, false, false, false);
    }

    /** Whether a node with this copy may become primary without being forced. */
    public boolean usable() {
        return upToDate && !inconsistent && !neverSynchronized;
    }

    /** How this copy relates to another one, by generations only. */
    public Relation relationTo(ReplicaIdentity other) {
        if (generation == other.generation) {
            return Relation.EQUAL;
        }
        boolean otherIsOlder = other.generation == 0 || history.contains(other.generation);
        boolean thisIsOlder = generation == 0 || other.history.contains(generation);
        if (otherIsOlder == thisIsOlder) {
            return Relation.DIVERGED;
        }
        return otherIsOlder ? Relation.AHEAD : Relation.BEHIND;
    }

    /** The outcome of comparing two copies. */
    public enum Relation {
        /** Same generation: nobody went on without the other. */
        EQUAL,
        /** This copy went on from the other's generation. */
        AHEAD,
        /** The other copy went on from this one's generation: this one is stale. */
        BEHIND,
        /** Both went on, or they have nothing in common. */
        DIVERGED
    }
}
