package dev.lockstep.cli;

import java.nio.charset.StandardCharsets;

/** The body of a request, which may be empty. */
final class Content {
    /** No body. */
    static final Content NONE = new Content("", new byte[0]);

    private final String type;
    private final byte[] bytes;

    /** Bytes of a media type; they are not copied. */
    Content(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    static Content text(String text) {
        return new Content("text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    String type() {
        return type;
    }

    byte[] bytes() {
        return bytes;
    }
}
