package dev.lockstep.node.log;

import dev.lockstep.core.mirror.LogLevel;
import java.time.Instant;

/**
 * One line of a module log.
 *
 * @param time when it was written
 * @param origin the part of the engine, or the script, that speaks
 * @param level who should read it
 * @param key number of the row of the automaton, or of the message, that made it; 0 for none
 * @param text what happened; line breaks were made blanks
 */
public record LogLine(Instant time, String origin, LogLevel level, int key, String text) {
    /** Whether the line is shown without asking for the verbose log. */
    public boolean shown() {
        return switch (level) {
            case C, E, U, S -> true;
            case W, I -> false;
        };
    }
}
