package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import java.util.List;

/** One step of a plan: a sequence such as "stop hooks, change the data's role, start hooks" is held as a list of these. */
public sealed interface PlanStep {
    /** Calls a hook, skipped when it does not exist. */
    record Call(Hook hook, List<String> arguments, boolean force) implements PlanStep {
        /** Copies the arguments. */
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** Changes the data's role and waits for it. */
    record Data(DataRole role) implements PlanStep {}

    /**
     * Takes the data out of the role it has: hands over to a synchronized secondary, otherwise just closes. Waits while it is
     * not settled who goes on after the loss of the peer.
     */
    record Demote() implements PlanStep {}

    /** Closes the data at once, whatever waits for the peer. */
    record Close() implements PlanStep {}

    /** A secondary that leaves a running primary makes "outdated" durable and says so, so that the primary need not wait. */
    record LeavePair() implements PlanStep {}

    /** Makes "outdated" durable. */
    record Outdate() implements PlanStep {}

    /** Tells the peer that the role is free. */
    record Offer() implements PlanStep {}

    /** Verifies the {@code tocheck} paths. */
    record Check() implements PlanStep {}

    /** Shows another state. */
    record Show(ModuleState state, Readiness readiness) implements PlanStep {}

    /** Waits until something holds. */
    record Until(Condition condition) implements PlanStep {}

    /** Goes to the phase that follows the plan. */
    record Enter(Phase phase) implements PlanStep {}

    /** What a plan may wait for. */
    enum Condition {
        /** The peer has accepted our claim, or is silent. */
        CONSENT,
        /** The pause after a record that was refused is over. */
        RECORD_DUE,
        /** The data are not being closed beside the plan: no process waits for a write that will never be acknowledged. */
        CLOSED,
        /** No write is waiting for the word of a lost peer. */
        PEER_SETTLED,
        /** The peer has taken what we left, or cannot, or had its time. */
        TAKEN_OVER
    }
}
