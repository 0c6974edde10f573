package dev.lockstep.core.mirror;

import java.util.List;

/**
 * Something the node must do. The order of the actions of a step is a contract: each is begun after those before it, and an
 * action with a token ends, for the automaton, with the event that carries the token. Carrying one out never blocks the mailbox.
 */
public sealed interface Action {
    /**
     * Runs a hook; answered by {@link Event.HookDone}. The node bounds graceful and forced stop hooks with the configured times.
     *
     * @param hook one of the hooks that exist
     * @param arguments state words and action word, preceded by {@code force} for a forced stop
     * @param force whether this is a forced stop
     */
    record RunHook(long token, Hook hook, List<String> arguments, boolean force) implements Action {
        /** Copies the arguments. */
        public RunHook {
            arguments = List.copyOf(arguments);
        }
    }

    /** Gives up a running hook: interrupt it, do not wait; a later answer is ignored. */
    record AbandonHook(long token) implements Action {}

    /** Verifies the {@code tocheck} paths; answered by {@link Event.ActionDone} or {@link Event.ActionFailed}. */
    record CheckPaths(long token) implements Action {}

    /** Changes the role of the replicated directories; answered by {@link Event.ActionDone} or {@link Event.ActionFailed}. */
    record SetData(long token, DataRole role) implements Action {}

    /**
     * Makes "this copy is not the latest" durable; {@link Event.IdentityChanged} then {@link Event.ActionDone}. Nothing that
     * depends on it is announced before. A copy into this node that is not finished is given up with
     * {@link Event.ReintegrationFailed}: otherwise its end could make the node up to date again after it has promised.
     */
    record PersistOutdated(long token) implements Action {}

    /** Closes the replication link with the peer; the engine reports {@link Event.PeerLost}. */
    record DropPeer(String reason) implements Action {}

    /** Sends the report now instead of at the next pulse. */
    record SendReport(PeerReport report) implements Action {}

    /** Writes a line to the module log. */
    record Log(LogLevel level, String origin, String text) implements Action {}

    /**
     * Answers a command. An accepted command is begun or queued, not finished.
     *
     * @param command the number of {@link Event.Command}
     * @param text for a refusal: what is wrong and what to do
     */
    record Answer(long command, boolean accepted, String text) implements Action {}
}
