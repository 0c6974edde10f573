package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import java.util.Optional;

/**
 * What a node tells its peer about a module, in every heartbeat. The node sends the latest report at every pulse, also while
 * the module is stopped, and at once when the automaton asks for it. Reports may be lost, repeated and reordered.
 *
 * @param node name of the sender
 * @param incarnation number of the sender's life, greater after each restart of its daemon (a counter on its disk)
 * @param sequence number of the report within the incarnation; a receiver ignores one that is older than what it has
 * @param state state of the module
 * @param readiness readiness of the module
 * @param identity the sender's copy
 * @param failover whether the sender takes over by itself
 * @param claim the claim the sender makes on this node, if any
 * @param accepted the last claim of this node that the sender has accepted, durably; empty once it is of no use
 * @param handover generation whose role (primary or secondary) the sender has given up: the peer need not fear it any more once
 *     it is not up to date, and may ask for that with a claim
 * @param swapRequest set by a secondary that wants the roles exchanged: a number that differs between requests
 * @param swapOrigin who asked for that exchange, for the log
 * @param swapWithoutSync whether the exchange may skip the reintegration
 * @param linked whether the replication link with this node is up and the two copies are kept equal
 * @param wasPrimary while writable: what the sender was before it lost the peer
 * @param ticksInRole while writable: for how many ticks, for the decision between two equal primaries
 * @param verdict decision of the arbitrating node between two equal primaries: the name of the one that must leave
 * @param disk how the disk below the sender's replicated directories does
 * @param signature signature of the module's configuration, compared for a warning
 */
public record PeerReport(
        String node,
        long incarnation,
        long sequence,
        ModuleState state,
        Readiness readiness,
        ReplicaIdentity identity,
        boolean failover,
        Optional<Claim> claim,
        Optional<Claim> accepted,
        Optional<Long> handover,
        long swapRequest,
        String swapOrigin,
        boolean swapWithoutSync,
        boolean linked,
        FormerRole wasPrimary,
        long ticksInRole,
        Optional<Verdict> verdict,
        DiskHealth disk,
        String signature) {

    /** Whether the sender runs the application, or is about to. */
    public boolean primary() {
        return state.runsApplication();
    }

    /** What a node that writes alone was when it lost its peer. */
    public enum FormerRole {
        /** It was the secondary and took over: the first to leave after a split brain. */
        SECONDARY,
        /** It started alone. */
        NONE,
        /** It was the primary: it stays after a split brain. */
        PRIMARY
    }

    /**
     * A decision between two primaries.
     *
     * @param loser node that must leave
     * @param loserGeneration its generation when it was decided, so that a late report does not hit a later life
     */
    public record Verdict(String loser, long loserGeneration) {}
}
