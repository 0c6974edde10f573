package dev.lockstep.replication.reintegration;

import java.io.IOException;
import java.io.Serial;

/** The last round takes longer than writes may be held. */
final class RoundTooLong extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;
}
