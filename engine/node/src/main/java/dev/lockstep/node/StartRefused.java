package dev.lockstep.node;

import java.io.IOException;
import java.io.UncheckedIOException;

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

    /** Whether it may start later without anybody correcting a configuration: a disk refused, which can have room or work again. */
    public boolean mayPass() {
        return getCause() instanceof IOException || getCause() instanceof UncheckedIOException;
    }
}
