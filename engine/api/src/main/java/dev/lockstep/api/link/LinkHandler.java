package dev.lockstep.api.link;

import java.nio.ByteBuffer;

/**
 * Receives what happens on a link, one call at a time, on the link's own thread; while it blocks, nothing else of this link
 * is received. A handler that throws ends its link.
 */
public interface LinkHandler {
    /** A frame arrived; the buffer is valid only during the call. */
    void received(ReplicationLink link, ByteBuffer frame);

    /** The link ended. Called once; nothing follows. */
    void closed(ReplicationLink link, String reason);
}
