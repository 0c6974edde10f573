package dev.lockstep.replication;

import java.io.Serial;

/** A role command could not be carried out. The message is a sentence for the operator: what, where, what to do next. */
public final class ReplicationFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With a sentence for the operator. */
    public ReplicationFailure(String message) {
        super(message);
    }

    /** With a sentence for the operator and what lies behind it. */
    public ReplicationFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
