package dev.lockstep.node;

/**
 * Something cannot start as things are. The message is for an operator: what happened, where, and what to do next.
 */
public final class StartRefused extends Exception {
    private static final long serialVersionUID = 1L;

    /** Refused for the reason in {@code message}. */
    public StartRefused(String message) {
        super(message);
    }

    /** Refused for the reason in {@code message}, found out by {@code cause}. */
    public StartRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
