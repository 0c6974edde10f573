package dev.lockstep.node.log;

import dev.lockstep.core.mirror.LogLevel;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The log of one module. Thread-safe; writing never blocks and never fails: the lines are put on disk by a thread of their own, and when
 * that thread cannot keep up, verbose lines are dropped and the number of dropped lines is logged.
 */
public interface ModuleLog extends AutoCloseable {
    /**
     * Writes a line.
     *
     * @param key number of the automaton's row or of the message, 0 for none
     */
    void write(LogLevel level, String origin, int key, String text);

    /** Writes a line without a key. */
    default void write(LogLevel level, String origin, String text) {
        write(level, origin, 0, text);
    }

    /**
     * The last lines, oldest first, including everything written before the call.
     *
     * @param count at most so many
     * @param verbose whether W and I lines count
     * @throws IOException if the log cannot be read
     */
    List<LogLine> tail(int count, boolean verbose) throws IOException;

    /**
     * Passes the last {@code back} lines and then every new one to {@code reader}, in order, without a gap, from a thread of the
     * reader's own, until closed. A reader that is too slow loses lines and is told so by a line; it holds up nobody.
     *
     * @param reader called by one thread; if it throws, the following ends
     * @throws IOException if the log cannot be read
     */
    Following follow(int back, boolean verbose, Consumer<LogLine> reader) throws IOException;

    /** Somebody who reads along. */
    interface Following extends AutoCloseable {
        /** Whether it goes on: false once closed or once the reader threw. */
        boolean active();

        /** Ends it; no call of the reader begins after this returns. */
        @Override
        void close();
    }

    /** Puts on disk what was written so far and ends; lines written later are lost. */
    @Override
    void close();
}
