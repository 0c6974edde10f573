package dev.lockstep.core.mirror;

import java.util.Set;

/**
 * The part of a module's configuration that decides.
 *
 * @param localNode name of this node
 * @param peerNode name of the other node of the mirror
 * @param replicated whether the module has replicated directories; without, every node counts as up to date
 * @param failover initial value of the switch; changed by {@link Event.FailoverSwitched}
 * @param defaultPrimary who should be primary when a node joins a running one
 * @param defaultPrimaryNode the node named by {@code defaultprim}, empty for the two key words
 * @param hooks the hooks that exist, empty when the configuration has no {@code <user>}
 * @param maxloop automatic actions tolerated in the interval; the next one stops the module
 * @param loopIntervalTicks length of that interval in ticks, 0 to switch the counter off
 * @param timing bounds of the automaton's own waits
 * @param signature signature of the applied configuration
 */
public record MirrorSettings(
        String localNode,
        String peerNode,
        boolean replicated,
        boolean failover,
        DefaultPrimary defaultPrimary,
        String defaultPrimaryNode,
        Set<Hook> hooks,
        int maxloop,
        long loopIntervalTicks,
        Timing timing,
        String signature) {
    /** Copies the set of hooks. */
    public MirrorSettings {
        hooks = Set.copyOf(hooks);
    }

    /** The values of {@code defaultprim}. */
    public enum DefaultPrimary {
        ALONE,
        LASTPRIM,
        NODE
    }

    /**
     * Waits that only the automaton knows, in ticks of the node.
     *
     * @param handoverTicks how long a former primary waits for its peer to take the role it offered before it takes it back
     * @param pairTicks how long a primary that expects its secondary stays PRIM Transient before it shows ALONE
     * @param retryTicks pause before a failed reintegration is tried again; doubled at each failure
     * @param retrySlowTicks pause once the reintegration has failed {@link MirrorState#REINTEGRATION_FAILURES_MAX} times
     * @param recordTicks how long the disk may take to record that this copy is outdated before this node falls silent for its peer
     */
    public record Timing(int handoverTicks, int pairTicks, int retryTicks, int retrySlowTicks, int recordTicks) {
        /** For a tick of about 700 ms. */
        public static final Timing DEFAULT = new Timing(60, 30, 2, 90, 15);
    }
}
