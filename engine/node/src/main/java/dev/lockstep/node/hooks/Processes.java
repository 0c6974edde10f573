package dev.lockstep.node.hooks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The one gate through which hooks start processes: the outermost edge, which tests of modules replace. */
@FunctionalInterface
public interface Processes {
    /** Output of a process that is kept in memory for the caller, in bytes; all of it goes to the script log. */
    int TEXT_BYTES = 1 << 20;

    /**
     * Runs a process to its end.
     *
     * @param command what to run
     * @param output gets everything it prints, standard output and errors together, also what its children print later
     * @return exit value and the first {@link #TEXT_BYTES} of its output
     * @throws IOException if it cannot be started
     * @throws TimeoutFailure if its time was over; it and its children were killed then
     * @throws InterruptedException if the caller was interrupted; it and its children were killed then
     */
    Result run(Command command, OutputStream output) throws IOException, TimeoutFailure, InterruptedException;

    /**
     * What to run.
     *
     * @param hook name of the hook that asks
     * @param words program and arguments
     * @param environment added to that of the daemon
     * @param directory where it runs
     * @param timeout time it has
     */
    record Command(String hook, List<String> words, Map<String, String> environment, Path directory, Duration timeout) {
        /** Copies the lists. */
        public Command {
            words = List.copyOf(words);
            environment = Map.copyOf(environment);
        }
    }

    /** How a process ended. */
    record Result(int exitValue, String text) {
        /** Whether it returned 0, so that scripts can write {@code if (exec(...))}. */
        public boolean asBoolean() {
            return exitValue == 0;
        }
    }

    /** The time of a process was over. */
    final class TimeoutFailure extends Exception {
        private static final long serialVersionUID = 1L;

        /** With the sentence for the operator. */
        public TimeoutFailure(String message) {
            super(message);
        }
    }
}
