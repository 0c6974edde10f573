package dev.lockstep.api.link;

import java.nio.ByteBuffer;

/** Receives what happens on a link, one call at a time, on the transport's thread; must not block for long. */
public interface LinkHandler {
    /** A frame arrived; the buffer is valid only during the call. */
    void received(ReplicationLink link, ByteBuffer frame);

    /** The link ended. Called once; nothing follows. */
    void closed(ReplicationLink link, String reason);
}
