package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
 * @param data what the replicated directories are at the moment
 * @param pair relation with the peer's copy while this node has a role
 * @param claim claim made on the peer and still wanted
 * @param accepting claim of the peer that is being accepted: "outdated" is on its way to the disk
 * @param accepted last claim of the peer accepted here, as long as the peer makes it
 * @param handover generation whose role this node has given up, see {@link PeerReport#handover()}
 * @param order what the last start command asked for
 * @param plan what remains to be done, in order
 * @param current the step of the plan that is being waited for
 * @param activePairs hooks whose start was called and whose stop was not
 * @param progress tokens, timers and counters
 * @param recording what must be on disk before this node, or its peer, may go on, and is not
 * @param queued a command that waits for a hook to end
 * @param swap exchange of roles asked for and not begun
 * @param wasPrimary while primary: role before the peer was lost
 * @param verdict decision between two primaries
 * @param loop counter of automatic actions
 * @param disk how the disk below the replicated directories does
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
        DataMode data,
        Pair pair,
        Optional<Claim> claim,
        Optional<Claim> accepting,
        Optional<Claim> accepted,
        Optional<Long> handover,
        StartOrder order,
        List<PlanStep> plan,
        Optional<PlanStep> current,
        Set<HookPair> activePairs,
        Progress progress,
        Recording recording,
        Optional<Event.Command> queued,
        SwapRequest swap,
        FormerRole wasPrimary,
        Optional<Verdict> verdict,
        LoopCounter loop,
        DiskHealth disk) {
    /** After so many failures in a row a reintegration is tried slowly, from WAIT NotReady. */
    public static final int REINTEGRATION_FAILURES_MAX = 5;

    /** Copies the collections. */
    public MirrorState {
        plan = List.copyOf(plan);
        activePairs = Set.copyOf(activePairs);
    }

    /** What this node tells its peer: sent at every pulse, in every state, as long as the daemon runs. */
    public PeerReport report() {
        return Reports.of(this);
    }

    /**
     * Whether nothing may be sent to the peer, on no network: it waits for a promise that this node cannot make durable, and only
     * silence lets it go on.
     */
    public boolean mute() {
        return recording.mute();
    }

    /** Whether the module is stopped and nothing remains to be done: the daemon may end. */
    public boolean stopped() {
        return phase == Phase.STOPPED && plan.isEmpty() && current.isEmpty() && !order.startAgain();
    }

    /** Value of the resource {@code rfs.uptodate}. */
    public boolean upToDate() {
        return !settings.replicated() || identity.usable();
    }

    /** What the replicated directories are. */
    public enum DataMode {
        /** Local access, tracked. */
        STOPPED,
        /** Read-only, no link. */
        WAITING,
        /** Read-only, receiving from the primary. */
        SECONDARY,
        /** Writable, or about to be. */
        PRIMARY
    }

    /** How the two copies stand to each other while this node has a role. */
    public enum Pair {
        /** No secondary, or no role. */
        NONE,
        /** A reintegration is running. */
        COPYING,
        /** Equal, every write goes to both. */
        PAIRED,
        /** Was equal, the link is gone, it is not settled yet who goes on. */
        LOST
    }

    /**
     * What a start or stop command asked for.
     *
     * @param verb the start command; START after an automatic start
     * @param word the action word hooks get: {@code start}, {@code stop}, {@code stopstart}
     * @param startAgain whether the module is started again after the stop that is under way
     * @param wasPrimaryBefore whether this copy was primary when the module was started, for {@code defaultprim="lastprim"}
     */
    public record StartOrder(Verb verb, String word, boolean startAgain, boolean wasPrimaryBefore) {}

    /**
     * An exchange of roles.
     *
     * @param number of the request made to the peer, 0 for none
     * @param origin who asked
     * @param withoutSync {@code swap nosync}
     * @param seen number of the last request of the peer that was looked at
     * @param automatic whether {@code defaultprim} asks for one as soon as this node is SECOND Ready
     */
    public record SwapRequest(long number, String origin, boolean withoutSync, long seen, boolean automatic) {}

    /**
     * Tokens, timers, counters.
     *
     * @param nextToken next token to give
     * @param planToken token the plan waits for, 0 for none
     * @param dataToken token of going on alone beside the plan, 0 for none
     * @param closeToken token of closing the data beside the plan, 0 for none
     * @param outdatedToken token of making "outdated" durable for a claim of the peer, 0 for none
     * @param tick ticks since this life began
     * @param roleSince tick at which the node became primary
     * @param deadline tick at which the current wait ends, 0 for none
     * @param retryAt tick before which a failed reintegration is not tried again
     * @param failures reintegrations failed in a row
     */
    public record Progress(
            long nextToken,
            long planToken,
            long dataToken,
            long closeToken,
            long outdatedToken,
            long tick,
            long roleSince,
            long deadline,
            long retryAt,
            int failures) {}

    /**
     * Records that are not on disk yet.
     *
     * @param markBy tick from which on a "outdated" that is still not on disk makes this node fall silent
     * @param markRetryAt tick before which "outdated" is not tried again
     * @param markFailures how often that was refused in a row
     * @param mute see {@link MirrorState#mute}
     * @param aloneRetryAt tick before which going on alone is not tried again
     * @param aloneFailures how often the record of it was refused in a row
     */
    public record Recording(
            long markBy, long markRetryAt, int markFailures, boolean mute, long aloneRetryAt, int aloneFailures) {
        /** Nothing is missing. */
        public static final Recording NONE = new Recording(0, 0, 0, false, 0, 0);
    }
}
