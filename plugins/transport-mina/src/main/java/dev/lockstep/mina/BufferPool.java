package dev.lockstep.mina;

import dev.lockstep.api.link.ReplicationTransport;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Direct buffers for frames, used again and again: allocating one per frame costs several times the frame's transfer.
 * Buffers come in classes of doubling payload size with {@link #SLACK} for the header of whoever fills them. Thread-safe.
 */
final class BufferPool {
    /** Bytes kept for later use; buffers given back beyond are left to the garbage collector. */
    static final long MAX_RETAINED_BYTES = 48L * 1024 * 1024;

    /** A class of 2^k bytes has this much more room, so that a block of data with its headers fits the class of the data. */
    static final int SLACK = 1024;

    private static final int SMALLEST = 1024;

    private final List<Shelf> shelves = new ArrayList<>();
    private final Object lock = new Object();
    private long retained;

    BufferPool() {
        int largest = ReplicationTransport.MAX_FRAME;
        for (int size = SMALLEST; size < largest; size *= 2) {
            shelves.add(new Shelf(size + SLACK));
        }
        shelves.add(new Shelf(largest + SLACK));
    }

    /**
     * A buffer of at least {@code size} bytes, cleared; its content is undefined.
     *
     * @param size at most the size of the largest frame with its overhead
     */
    ByteBuffer take(int size) {
        for (Shelf shelf : shelves) {
            if (shelf.capacity >= size) {
                synchronized (lock) {
                    ByteBuffer kept = shelf.buffers.pollFirst();
                    if (kept != null) {
                        retained -= shelf.capacity;
                        return kept.clear();
                    }
                }
                return ByteBuffer.allocateDirect(shelf.capacity);
            }
        }
        throw new IllegalArgumentException("no buffer of " + size + " bytes, a frame is limited to "
                + ReplicationTransport.MAX_FRAME + " bytes of payload");
    }

    /** Takes back a buffer of {@link #take}; nobody may use it any more. */
    void giveBack(ByteBuffer buffer) {
        synchronized (lock) {
            if (retained + buffer.capacity() > MAX_RETAINED_BYTES) {
                return;
            }
            for (Shelf shelf : shelves) {
                if (shelf.capacity == buffer.capacity()) {
                    shelf.buffers.addFirst(buffer);
                    retained += shelf.capacity;
                    return;
                }
            }
        }
        throw new IllegalArgumentException("a buffer of " + buffer.capacity() + " bytes is not of this pool");
    }

    /** Bytes now kept for later use. */
    long retainedBytes() {
        synchronized (lock) {
            return retained;
        }
    }

    private static final class Shelf {
        private final int capacity;
        private final Deque<ByteBuffer> buffers = new ArrayDeque<>();

        Shelf(int capacity) {
            this.capacity = capacity;
        }
    }
}
