package dev.lockstep.core.mirror;

/** Who asked for an action: it decides the wording and the level of the log line, and whether the action counts for maxloop. */
public sealed interface Caller {
    /**
     * A person, or a script without identity: resets the counter of automatic actions.
     *
     * @param name what the log shows, for example {@code root} or {@code admin@10.0.0.5}
     */
    record Operator(String name) implements Caller {}

    /**
     * A component or a script that gave its name with {@code -i}: its restarts and stopstarts count for maxloop.
     *
     * @param name the identity
     */
    record Component(String name) implements Caller {}

    /** The start of the node. */
    record Boot() implements Caller {}
}
