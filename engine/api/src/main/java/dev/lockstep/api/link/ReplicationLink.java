package dev.lockstep.api.link;

import java.nio.ByteBuffer;

/** An authenticated connection. Thread-safe; frames arrive whole and in the order of {@link #send}. */
public interface ReplicationLink {
    /**
     * A direct buffer with room for {@code size} bytes, from the link's pool. It must be given to {@link #send} or
     * {@link #discard}.
     */
    ByteBuffer allocate(int size);

    /**
     * Queues a frame: the buffer from position to limit. Does not wait for the network; the buffer belongs to the link
     * afterwards. On a closed link the frame is dropped: {@link LinkHandler#closed} tells.
     */
    void send(ByteBuffer frame);

    /** Gives back a buffer that will not be sent. */
    void discard(ByteBuffer frame);

    /** Bytes queued and not yet handed to the operating system. */
    long queuedBytes();

    /** Nanoseconds since anything authentic arrived. */
    long silentNanos();

    /** Whether the link still works as far as is known. */
    boolean isOpen();

    /** Closes the link at once; {@link LinkHandler#closed} follows. */
    void close(String reason);
}
