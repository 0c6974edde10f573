package dev.lockstep.core.config;

import java.util.Optional;

/**
 * One failover rule: while the condition holds, the action is due.
 *
 * @param label its name, in logs and in the state of the module
 * @param when the condition
 * @param then the action
 * @param group its group, such as {@code checker}, if one was written
 */
public record FailoverRule(String label, Condition when, Action then, Optional<String> group) {

    /** What a rule can order. */
    public enum Action {
        /** Stop the module. */
        STOP,
        /** Stop and start the module; the other node takes over if it is ready. */
        STOPSTART,
        /** Stop the application and wait until no such rule holds. */
        WAIT,
        /** Restart the application here. */
        RESTART,
        /** Exchange the roles of the two nodes. */
        SWAP
    }
}
