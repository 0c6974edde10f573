package dev.lockstep.replication.session;

import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;

/** Handles one link. Called by the transport, one call at a time. */
public interface Conversation {
    /** A frame of the peer; what it points to is valid only during the call.
     * @throws MalformedFrame if it is not one that may come now: the link is closed */
    void received(FrameReader frame) throws MalformedFrame;

    /** The link ended; nothing follows. */
    void closed(String reason);
}
