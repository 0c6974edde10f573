package dev.lockstep.replication.reintegration;

import java.io.IOException;
import java.io.Serial;

/** A reintegration cannot go on. The message is a sentence for the operator. */
public final class Broken extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With a sentence for the operator. */
    public Broken(String message) {
        super(message);
    }
}
