package dev.lockstep.mina;

/** What arrived is malformed, not authentic, not fresh or not meant for us; the message says which, for the operator. */
final class RefusedInputException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedInputException(String reason) {
        // Made for every packet of a flood: no stack trace, it would cost more than checking the packet.
        super(reason, null, false, false);
    }
}
