package dev.lockstep.node.data;

/** The data of a module cannot be brought into a role. The message is a sentence for the operator. */
public final class DataFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether nothing changed because a durable record could not be stored: the same may succeed later. */
    private final boolean unrecorded;

    /** With a sentence for the operator. */
    public DataFailure(String message) {
        super(message);
        unrecorded = false;
    }

    /** With a sentence for the operator and what lies behind it. */
    public DataFailure(String message, Throwable cause) {
        this(message, cause, false);
    }

    private DataFailure(String message, Throwable cause, boolean unrecorded) {
        super(message, cause);
        this.unrecorded = unrecorded;
    }

    /** A durable record could not be stored, and nothing changed. */
    public static DataFailure unrecorded(String message, Throwable cause) {
        return new DataFailure(message, cause, true);
    }

    /** Whether nothing changed because a durable record could not be stored. */
    public boolean isUnrecorded() {
        return unrecorded;
    }
}
