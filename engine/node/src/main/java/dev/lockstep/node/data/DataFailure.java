package dev.lockstep.node.data;

/** The data of a module cannot be brought into a role. The message is a sentence for the operator. */
public final class DataFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a sentence for the operator. */
    public DataFailure(String message) {
        super(message);
    }

    /** With a sentence for the operator and what lies behind it. */
    public DataFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
