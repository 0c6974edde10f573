package dev.lockstep.mina;

/** What arrived is malformed, not authentic, not fresh or not meant for us; the message says which, for the operator. */
final class RefusedInputException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean foreign;

    RefusedInputException(String reason) {
        this(reason, false);
    }

    private RefusedInputException(String reason, boolean foreign) {
        // Made for every packet of a flood: no stack trace, it would cost more than checking the packet.
        super(reason, null, false, false);
        this.foreign = foreign;
    }

    /** Refused input that looks like that of a node with another key, other names or another release. */
    static RefusedInputException foreign(String reason) {
        return new RefusedInputException(reason, true);
    }

    /** Whether a node that is configured differently may have sent it. */
    boolean isForeign() {
        return foreign;
    }
}
