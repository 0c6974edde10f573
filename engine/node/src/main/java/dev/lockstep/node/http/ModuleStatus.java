package dev.lockstep.node.http;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import java.util.List;

/**
 * What a module shows at one moment.
 *
 * @param module name
 * @param id number
 * @param mode {@code mirror}, {@code farm} or {@code light}
 * @param state local state
 * @param readiness local readiness
 * @param detail {@code uptodate}, {@code not uptodate}, {@code degraded}, the label of the rule that holds the module, ...
 * @param reason sentence for the operator that goes with it; may be empty
 * @param row number of the automaton's row that led here, 0 for none
 * @param remoteNode name of the peer; empty when there is none
 * @param remoteState {@code PRIM}, ... or {@code UNKNOWN}
 * @param remoteReadiness {@code Ready}, ... or {@code Unknown}
 * @param peers more nodes, for modules of more than two; empty for a mirror
 * @param failedHooks start hooks that failed and whose stop hooks were not called since: the application may not run
 * @param revision grows with every change of this record, so that a client can wait for the next
 */
public record ModuleStatus(
        String module,
        int id,
        String mode,
        ModuleState state,
        Readiness readiness,
        String detail,
        String reason,
        int row,
        String remoteNode,
        String remoteState,
        String remoteReadiness,
        List<String> peers,
        List<String> failedHooks,
        long revision) {
    /** What a peer shows that is not heard. */
    public static final String UNKNOWN = "UNKNOWN";

    /** Copies the lists. */
    public ModuleStatus {
        peers = List.copyOf(peers);
        failedHooks = List.copyOf(failedHooks);
    }

    /** Whether nothing is on the way: NotReady for STOP and WAIT, Ready otherwise. */
    public boolean stable() {
        return readiness != Readiness.TRANSIENT;
    }
}
