package dev.lockstep.replication.wire;

import java.io.Serial;

/** A frame of the peer does not follow the protocol. The link it came over is closed with this message. */
public final class MalformedFrame extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public MalformedFrame(String message) {
        super(message);
    }
}
