package dev.lockstep.core.replication;

import dev.lockstep.core.mirror.ReplicaIdentity;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be copied from one copy (the source, which goes on) to another (the target, which joins), as far as their
 * durable identities prove it. Anything that cannot be proved is copied in full.
 *
 * <p>Each copy is named by a chain of generations: the current one, then earlier ones, latest first. A copy's dirty marks hold
 * every change made since its {@code base}. The newest generation both chains know is where the copies were equal: when the
 * marks of both sides reach back at least so far, their union holds every difference.
 *
 * @param relation how the two copies stand to each other
 * @param full whether everything must be compared; otherwise the union of both sides' marks suffices
 * @param setAside whether what the target holds has nothing to do with the source and must be moved out of the way, not
 *     overwritten
 * @param why a sentence for the log
 */
public record SyncPlan(Relation relation, boolean full, boolean setAside, String why) {
    /** Marks reach back to no generation of the chain. */
    private static final int NOWHERE = -1;

    /** Whether what the target changed by itself is given up. */
    public boolean discards() {
        return relation == Relation.TARGET_AHEAD || relation == Relation.SPLIT_BRAIN;
    }

    /** How the target stands to the source. */
    public enum Relation {
        /** Same generation: nobody went on without the other, as far as is known. */
        IN_SYNC,
        /** The source went on from the target's generation. */
        TARGET_BEHIND,
        /** The target went on from the source's generation: what it wrote since is given up. */
        TARGET_AHEAD,
        /** Both went on from a common generation: what the target wrote since is given up. */
        SPLIT_BRAIN,
        /** Both have a past, and not the same. */
        UNRELATED,
        /** The target has no past that counts: never synchronized, or a copy in full was begun. */
        FIRST
    }

    /**
     * Plans the copy.
     *
     * @param copyAll an operator, or the loss of a state file, asks for everything
     */
    public static SyncPlan between(ReplicaIdentity source, ReplicaIdentity target, boolean copyAll) {
        List<Long> sourceChain = chain(source);
        List<Long> targetChain = chain(target);
        if (targetChain.isEmpty()) {
            boolean untouched = !target.inconsistent();
            return new SyncPlan(
                    Relation.FIRST,
                    true,
                    untouched,
                    untouched
                            ? "the joining copy has never been reintegrated"
                            : "a copy in full into the joining node was begun and not finished");
        }
        int common = NOWHERE;
        for (int i = 0; i < sourceChain.size() && common == NOWHERE; i++) {
            if (targetChain.contains(sourceChain.get(i))) {
                common = i;
            }
        }
        if (common == NOWHERE) {
            return new SyncPlan(
                    Relation.UNRELATED, true, !target.inconsistent(), "the two copies have no generation in common");
        }
        int commonInTarget = targetChain.indexOf(sourceChain.get(common));
        Relation relation = relation(common, commonInTarget);
        if (copyAll) {
            return new SyncPlan(relation, true, false, "a copy in full was asked for");
        }
        if (reach(sourceChain, source.base()) < common) {
            return new SyncPlan(
                    relation, true, false, "the marks of the primary do not reach back to the common generation");
        }
        if (reach(targetChain, target.base()) < commonInTarget) {
            return new SyncPlan(
                    relation, true, false, "the marks of the joining node do not reach back to the common generation");
        }
        return new SyncPlan(relation, false, false, "the marks of both nodes hold every difference");
    }

    private static Relation relation(int commonInSource, int commonInTarget) {
        if (commonInSource == 0) {
            return commonInTarget == 0 ? Relation.IN_SYNC : Relation.TARGET_AHEAD;
        }
        return commonInTarget == 0 ? Relation.TARGET_BEHIND : Relation.SPLIT_BRAIN;
    }

    private static List<Long> chain(ReplicaIdentity identity) {
        List<Long> chain = new ArrayList<>();
        if (identity.generation() != 0) {
            chain.add(identity.generation());
            identity.history().stream().filter(g -> g != 0).forEach(chain::add);
        }
        return chain;
    }

    private static int reach(List<Long> chain, long base) {
        return base == 0 ? NOWHERE : chain.indexOf(base);
    }
}
