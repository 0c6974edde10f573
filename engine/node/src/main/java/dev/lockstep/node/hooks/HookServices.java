package dev.lockstep.node.hooks;

import dev.lockstep.node.log.ModuleLog;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What hooks can ask of the engine.
 *
 * @param log the module log
 * @param resource value of a resource of the module by name
 * @param command carries out a command as the {@code lockstep} command would; called on the hook's thread, may block
 */
public record HookServices(ModuleLog log, Function<String, Optional<String>> resource, Command command) {
    /** A command called from a hook. */
    @FunctionalInterface
    public interface Command {
        /**
         * Carries out a command of this module and waits until it is accepted or refused, not until it is finished.
         *
         * @param arguments as on the command line, {@code -m} not needed: {@code ["stop", "-i", "start_prim"]}
         * @return the answer
         */
        Answer run(List<String> arguments);
    }

    /**
     * The answer to a command.
     *
     * @param exitCode as of the {@code lockstep} command, 0 for success
     * @param text what it would print
     */
    public record Answer(int exitCode, String text) {}
}
