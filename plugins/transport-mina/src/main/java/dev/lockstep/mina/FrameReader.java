package dev.lockstep.mina;

import dev.lockstep.api.link.ReplicationTransport;
import java.nio.ByteBuffer;

/**
 * Cuts the stream of one link into frames and opens them. The socket is read straight into {@link #target}; a frame is
 * decrypted where it lies, so a payload is never copied, except the first part of a frame larger than the intake.
 * Not thread-safe.
 */
final class FrameReader {
    /** Bytes read at once; frames larger than this are read into a buffer of their own. */
    static final int INTAKE = 256 * 1024;

    private final BufferPool pool;
    private final FrameCipher cipher;
    private final Sink sink;
    private final ByteBuffer intake = ByteBuffer.allocateDirect(INTAKE);
    private ByteBuffer large;

    /** Takes an authentic frame; the payload is valid only during the call. Answers whether to go on. */
    @FunctionalInterface
    interface Sink {
        boolean frame(byte type, ByteBuffer payload);
    }

    FrameReader(BufferPool pool, FrameCipher cipher, Sink sink) {
        this.pool = pool;
        this.cipher = cipher;
        this.sink = sink;
    }

    /** Where the next bytes of the stream belong: from its position, at least one byte. */
    ByteBuffer target() {
        return large != null ? large : intake;
    }

    /** Hands over every frame that is now complete.
     * @throws RefusedInputException if the stream is malformed or not authentic; it is useless from here on */
    void arrived() throws RefusedInputException {
        if (large != null) {
            if (!large.hasRemaining()) {
                ByteBuffer frame = large;
                sink.frame(frame.get(4), cipher.open(frame.flip()));
                release();
            }
            return;
        }
        int end = intake.position();
        int start = 0;
        boolean wanted = true;
        while (wanted && end - start >= FrameCipher.HEADER) {
            int total = frameLength(start);
            if (total > INTAKE) {
                large = pool.take(total);
                large.limit(total).put(intake.duplicate().position(start).limit(end));
                start = end;
            } else if (end - start < total) {
                break;
            } else {
                byte type = intake.get(start + 4);
                ByteBuffer frame = intake.duplicate().position(start).limit(start + total);
                wanted = sink.frame(type, cipher.open(frame));
                start += total;
            }
        }
        intake.position(start).limit(end);
        intake.compact();
    }

    /** Gives the buffer of an unfinished frame back to the pool. */
    void release() {
        if (large != null) {
            pool.giveBack(large);
            large = null;
        }
    }

    private int frameLength(int start) throws RefusedInputException {
        int payload = intake.getInt(start);
        int kind = intake.getInt(start + 4);
        if (payload < 0 || payload > ReplicationTransport.MAX_FRAME) {
            throw new RefusedInputException("a frame says it has " + Integer.toUnsignedString(payload)
                    + " bytes, the limit is " + ReplicationTransport.MAX_FRAME);
        }
        if (kind != FrameCipher.DATA << 24 && !(kind == FrameCipher.PING << 24 && payload == 0)) {
            throw new RefusedInputException("a frame has the unknown type " + Integer.toHexString(kind));
        }
        return payload + FrameCipher.OVERHEAD;
    }
}
