package dev.lockstep.core.mirror;

import java.util.List;

/**
 * The outcome of one event.
 *
 * @param state the new state
 * @param actions what the node must do, in this order
 * @param rows numbers of the rows that fired, in order: first the row of the event, then what followed from the new situation
 */
public record Step(MirrorState state, List<Action> actions, List<Integer> rows) {
    /** Copies the lists. */
    public Step {
        actions = List.copyOf(actions);
        rows = List.copyOf(rows);
    }
}
