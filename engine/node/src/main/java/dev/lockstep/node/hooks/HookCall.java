package dev.lockstep.node.hooks;

import java.util.List;

/**
 * One call of a hook.
 *
 * @param hook name of the file in {@code bin/}, without extension
 * @param arguments the words the hook gets: {@code [force] STATE NEXTSTATE [ACTION] ...}
 */
public record HookCall(String hook, List<String> arguments) {
    private static final String FORCE = "force";

    /** Copies the arguments. */
    public HookCall {
        arguments = List.copyOf(arguments);
    }

    /** Whether this is the forced call of a stop hook. */
    public boolean force() {
        return !arguments.isEmpty() && arguments.getFirst().equals(FORCE);
    }

    /** The state the module is in; empty when the call has none. */
    public String state() {
        return word(0);
    }

    /** The state the module goes to; empty when the call has none. */
    public String nextState() {
        return word(1);
    }

    /** {@code start}, {@code stop}, {@code stopstart} or {@code stopwait}; empty when the call has none. */
    public String action() {
        String word = word(2);
        return word.startsWith("-") ? "" : word;
    }

    private String word(int position) {
        int index = position + (force() ? 1 : 0);
        return index < arguments.size() ? arguments.get(index) : "";
    }
}
