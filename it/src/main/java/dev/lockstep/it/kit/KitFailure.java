package dev.lockstep.it.kit;

/** The kit could not do what a test asked, or a promise waited for did not come true. */
public final class KitFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public KitFailure(String message) {
        super(message);
    }

    public KitFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
