package dev.lockstep.node.data;

import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;

/** What the data of a module tells its runtime. Called on any thread; does not block. */
public interface DataEvents {
    /** Something happened that the automaton must know. */
    void event(Event event);

    /** A line for the module's log. */
    void log(LogLevel level, String origin, String text);
}
