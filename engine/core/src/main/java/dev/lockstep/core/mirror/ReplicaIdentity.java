package dev.lockstep.core.mirror;

import java.util.ArrayList;
import java.util.List;

/**
 * What a node durably knows about its copy of the replicated directories. Kept by the replication state on disk; every value
 * here is true on disk before it is given to the automaton.
 *
 * @param generation current generation, 0 if the copy has never been part of a mirror
 * @param base generation the dirty marks start from, 0 if there are none
 * @param history earlier generations, latest first; a node whose generation is in the peer's history is behind
 * @param upToDate whether this copy may become the reference without an operator
 * @param inconsistent whether a reintegration into this copy was begun and not finished
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
    /** How many earlier generations a copy remembers at most: on disk, on the link and in reports alike. */
    public static final int HISTORY_MAX = 32;

    /** Copies the history. */
    public ReplicaIdentity {
        history = List.copyOf(history);
        if (history.size() > HISTORY_MAX) {
            throw new IllegalArgumentException("a history of " + history.size() + " generations");
        }
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

    /**
     * The history of this copy once it goes on in a new generation. Of more than can be kept the oldest are left out, but never
     * the one the dirty marks start from: that is where the peer left, and by it both nodes know what it is behind.
     */
    public List<Long> historyWhenGoneOn() {
        List<Long> earlier = new ArrayList<>();
        if (generation != 0) {
            earlier.add(generation);
            earlier.addAll(history);
        }
        while (earlier.size() > HISTORY_MAX) {
            int oldest = earlier.size() - 1;
            earlier.remove(earlier.get(oldest) == base ? oldest - 1 : oldest);
        }
        return earlier;
    }

    /** Whether the history is as long as may be kept, so that earlier generations may be missing from it. */
    public boolean historyMayBeCut() {
        return history.size() == HISTORY_MAX;
    }

    /** How this copy relates to another one, by generations only. */
    public Relation relationTo(ReplicaIdentity other) {
        if (generation == other.generation) {
            return Relation.EQUAL;
        }
        boolean otherIsOlder = other.generation == 0 || history.contains(other.generation);
        boolean thisIsOlder = generation == 0 || other.history.contains(generation);
        if (otherIsOlder == thisIsOlder) {
            boolean cut = historyMayBeCut() || other.historyMayBeCut();
            return cut && !otherIsOlder ? Relation.UNDECIDED : Relation.DIVERGED;
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
        DIVERGED,
        /** One of the histories is cut: nobody can tell by generations whether one went on from the other. */
        UNDECIDED
    }
}
