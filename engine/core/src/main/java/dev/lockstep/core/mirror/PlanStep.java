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

    /** Verifies the {@code tocheck} paths. */
    record Check() implements PlanStep {}

    /** Shows another state. */
    record Show(ModuleState state, Readiness readiness) implements PlanStep {}

    /** Waits until a condition of the situation holds. */
    record Until(Condition condition) implements PlanStep {}

    /** Goes to the phase that follows the plan. */
    record Enter(Phase phase) implements PlanStep {}

    /** Conditions a plan may wait for. */
    enum Condition {
        /** No writes are waiting for the word of a lost peer. */
        PEER_SETTLED
    }
}
