package dev.lockstep.node.http;

import java.io.IOException;
import java.io.OutputStream;

/** The answer to a request. */
sealed interface Reply {
    /**
     * A value for programs, and the same as text for people.
     *
     * @param status HTTP status
     * @param exit exit code for the command
     * @param value becomes JSON
     * @param text ends with a line break unless it is empty
     */
    record Value(int status, int exit, Object value, String text) implements Reply {}

    /** Content that is written while it comes into being. */
    record Stream(String type, Writer writer) implements Reply {}

    /** Writes the content of a {@link Stream}. */
    @FunctionalInterface
    interface Writer {
        /** Writes until the end, or until the client is gone. */
        void write(OutputStream target) throws IOException, InterruptedException;
    }

    /** Success. */
    static Reply ok(Object value, String text) {
        return new Value(200, 0, value, text);
    }

    /** Success or not: the command ends with 0 or 1. */
    static Reply verdict(boolean good, Object value, String text) {
        return new Value(200, good ? 0 : 1, value, text);
    }
}
