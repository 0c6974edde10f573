package dev.lockstep.node.module;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last decisions of a module: which event made which rows of the automaton fire. Thread-safe. */
public final class History {
    /** Decisions kept; older ones are in the verbose log. */
    static final int LENGTH = 500;

    private final Deque<Decision> decisions = new ArrayDeque<>();

    /**
     * One decision.
     *
     * @param event what happened, shortened
     * @param rows numbers of the rows that fired
     * @param state state afterwards
     * @param readiness readiness afterwards
     */
    public record Decision(Instant time, String event, List<Integer> rows, ModuleState state, Readiness readiness) {
        /** Copies the rows. */
        public Decision {
            rows = List.copyOf(rows);
        }
    }

    synchronized void add(Decision decision) {
        if (decisions.size() == LENGTH) {
            decisions.removeFirst();
        }
        decisions.addLast(decision);
    }

    /** The decisions kept, oldest first. */
    public synchronized List<Decision> decisions() {
        return List.copyOf(decisions);
    }

    /** The last row that fired, 0 for none. */
    public synchronized int lastRow() {
        return decisions.isEmpty() || decisions.getLast().rows().isEmpty()
                ? 0
                : decisions.getLast().rows().getLast();
    }
}
