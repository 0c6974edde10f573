package dev.lockstep.core.mirror;

import java.util.Optional;

/**
 * What is known of the peer.
 *
 * @param verdict whether it is heard
 * @param report its last word, also while it is silent
 */
public record PeerView(Verdict verdict, Optional<PeerReport> report) {
    /** Nothing known yet. */
    public static final PeerView UNKNOWN = new PeerView(Verdict.UNKNOWN, Optional.empty());

    /** Whether the peer can be relied upon to hear and to be heard. */
    public enum Verdict {
        /** Neither heard nor silent for the timeout since the daemon began. */
        UNKNOWN,
        HEARD,
        SILENT
    }

    /** The last report, if the peer is heard. */
    public Optional<PeerReport> heard() {
        return verdict == Verdict.HEARD ? report : Optional.empty();
    }

    boolean silent() {
        return verdict == Verdict.SILENT;
    }
}
