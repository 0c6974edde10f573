package dev.lockstep.replication.stream;

import java.util.ArrayList;
import java.util.List;

/** A flush that is begun before the primary asks for it, and those mutations that ask while it runs. Thread-safe. */
final class AnticipatedFlush {
    private State state = State.RUNNING;
    private List<Long> asked = new ArrayList<>(1);

    private enum State {
        RUNNING,
        ON_DISK,
        FAILED
    }

    synchronized boolean isRunning() {
        return state == State.RUNNING;
    }

    /**
     * A mutation that this flush covers asks for it.
     *
     * @return whether it has succeeded already; else {@link #end} tells, unless it has failed: then nobody is answered any more
     */
    synchronized boolean join(long sequence) {
        if (state == State.RUNNING) {
            asked.add(sequence);
        }
        return state == State.ON_DISK;
    }

    /** The flush is over. @return the sequences of those that have asked */
    synchronized List<Long> end(boolean succeeded) {
        state = succeeded ? State.ON_DISK : State.FAILED;
        List<Long> all = asked;
        asked = List.of();
        return all;
    }
}
