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
     * afterwards. On a closed link the frame is dropped: {@link LinkHandler#closed} tells. A link whose peer does not read
     * is closed when too much is queued; watch {@link #queuedBytes} long before that.
     *
     * @throws IllegalArgumentException if the buffer is not one of {@link #allocate}, or was sent or discarded before
     */
    void send(ByteBuffer frame);

    /** Gives back a buffer that will not be sent. */
    void discard(ByteBuffer frame);

    /** Bytes queued and not yet handed to the operating system. */
    long queuedBytes();

    /**
     * Nanoseconds since anything authentic arrived. An idle peer gives a sign of life at least once a second, so more than
     * a few seconds mean that it or the network is stuck. A silent link is not closed by the transport: that is for its
     * owner to decide.
     */
    long silentNanos();

    /** Whether the link still works as far as is known. */
    boolean isOpen();

    /** Closes the link at once; {@link LinkHandler#closed} follows. */
    void close(String reason);
}
