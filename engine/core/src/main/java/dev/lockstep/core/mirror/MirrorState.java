package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * Everything the automaton knows about one mirror module on one node. Immutable; only {@link MirrorAutomaton} makes new ones.
 *
 * @param settings configuration
 * @param incarnation life of this daemon
 * @param revision number of steps taken, the sequence of reports
 * @param phase where the module is
 * @param state what it shows
 * @param readiness what it shows
 * @param rule label of the rule that holds a WAIT NotReady, else empty
 * @param reason sentence for the operator that goes with the state, may be empty
 * @param failover effective switch
 * @param identity the local copy
 * @param peer the peer
 * @param pair relation with the peer's copy while this node runs
 * @param claim claim made on the peer and not yet of no use
 * @param claimGranted whether that claim was accepted
 * @param accepted last claim of the peer accepted here
 * @param handover generation offered to the peer
 * @param order what the last start command asked for
 * @param plan what remains to be done, in order
 * @param progress tokens, timers and counters
 * @param queued a command that waits for a hook to end
 * @param swap exchange of roles asked for and not begun
 * @param wasPrimary while primary: role before the peer was lost
 * @param verdict decision between two equal primaries
 * @param loop counter of automatic actions
 */
public record MirrorState(
        MirrorSettings settings,
        long incarnation,
        long revision,
        Phase phase,
        ModuleState state,
        Readiness readiness,
        String rule,
        String reason,
        boolean failover,
        ReplicaIdentity identity,
        PeerView peer,
        Pair pair,
        Optional<Claim> claim,
        boolean claimGranted,
        Optional<Claim> accepted,
        Optional<Long> handover,
        StartOrder order,
        List<PlanStep> plan,
        Progress progress,
        Optional<Event.Command> queued,
        SwapRequest swap,
        FormerRole wasPrimary,
        Optional<Verdict> verdict,
        LoopCounter loop) {
    /** After so many failures in a row a resynchronization is tried slowly, from WAIT NotReady. */
    public static final int REINTEGRATION_FAILURES_MAX = 5;

    /** Copies the plan. */
    public MirrorState {
        plan = List.copyOf(plan);
    }

    /** What this node tells its peer: sent at every pulse, in every state, as long as the daemon runs. */
    public PeerReport report() {
        return Reports.of(this);
    }

    /** Whether the module is stopped and nothing remains to be done: the daemon may end. */
    public boolean stopped() {
        return phase == Phase.STOPPED && plan.isEmpty() && progress.planToken() == 0;
    }

    /** How the two copies stand to each other while this node has a role. */
    public enum Pair {
        /** No secondary, or no role. */
        NONE,
        /** A resynchronization is running. */
        COPYING,
        /** Equal, every write goes to both. */
        PAIRED,
        /** Was equal, the link is gone, it is not settled yet who goes on. */
        LOST
    }

    /**
     * What a start command asked for.
     *
     * @param verb the command; START after an automatic start
     * @param actionWord the word hooks get: {@code start} or, in the stop half, {@code stop}, {@code stopstart}
     * @param startAgain whether the module is started again after the stop that is under way
     * @param wasPrimaryBefore whether this copy was primary when the module was started, for {@code defaultprim="lastprim"}
     */
    public record StartOrder(Verb verb, String actionWord, boolean startAgain, boolean wasPrimaryBefore) {}

    /**
     * An exchange of roles.
     *
     * @param number of the request, 0 for none; the number of the last one seen from the peer otherwise
     * @param origin who asked
     * @param withoutSync {@code swap nosync}
     * @param seen number of the last request of the peer that was looked at
     */
    public record SwapRequest(long number, String origin, boolean withoutSync, long seen) {}

    /**
     * Tokens, timers, counters.
     *
     * @param nextToken next token to give
     * @param planToken token the plan waits for, 0 for none
     * @param planHook whether it is a hook
     * @param dataToken token of a change of the data's role beside the plan, 0 for none
     * @param outdatedToken token of making "outdated" durable, 0 for none
     * @param tick ticks since this life began
     * @param roleSince tick at which the node became primary
     * @param deadline tick at which the current wait ends, 0 for none
     * @param failures resynchronizations failed in a row
     */
    public record Progress(
            long nextToken,
            long planToken,
            boolean planHook,
            long dataToken,
            long outdatedToken,
            long tick,
            long roleSince,
            long deadline,
            int failures) {}
}
