package dev.lockstep.node.http;

/** What came is no HTTP/1 request this server takes; the message says why. */
final class MalformedRequest extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedRequest(String message) {
        super(message);
    }
}
