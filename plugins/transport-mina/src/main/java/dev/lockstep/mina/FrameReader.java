package dev.lockstep.mina;

import dev.lockstep.api.link.ReplicationTransport;
import java.nio.ByteBuffer;

/**
 * Cuts the stream of one link into frames and opens them. The socket is read straight into {@link #target}; a frame is
 * decrypted where it lies, the parts of a larger one into the buffer where they are put together, so nothing is copied besides.
 * Not thread-safe.
 */
final class FrameReader {
    /** Bytes read at once: a frame that has begun to arrive, and another one. */
    static final int INTAKE = 2 * (FrameCipher.PART + FrameCipher.OVERHEAD);

    private static final int FOLLOWING = 0xffffff;

    private final BufferPool pool;
    private final FrameCipher cipher;
    private final Sink sink;
    private final ByteBuffer intake = ByteBuffer.allocateDirect(INTAKE);

    /** Data whose parts arrive, filled up to its position; null if none do. */
    private ByteBuffer whole;

    private int awaited;

    /** Takes authentic data; the payload is valid only during the call. Answers whether to go on. */
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
        return intake;
    }

    /**
     * Hands over everything that is now complete.
     *
     * @throws RefusedInputException if the stream is malformed or not authentic; it is useless from here on
     */
    void arrived() throws RefusedInputException {
        int end = intake.position();
        int start = 0;
        boolean wanted = true;
        while (wanted && end - start >= FrameCipher.HEADER) {
            int length = frameLength(start);
            if (end - start < length) {
                break;
            }
            ByteBuffer frame = intake.duplicate().position(start).limit(start + length);
            byte type = intake.get(start + 4);
            int following = intake.getInt(start + 4) & FOLLOWING;
            if (following == 0 && whole == null) {
                wanted = sink.frame(type, cipher.open(frame));
            } else {
                wanted = part(frame, following);
            }
            start += length;
        }
        intake.position(start).limit(end);
        intake.compact();
    }

    private boolean part(ByteBuffer frame, int following) throws RefusedInputException {
        if (whole == null) {
            int size = frame.remaining() - FrameCipher.OVERHEAD + following * FrameCipher.PART;
            whole = pool.take(size).limit(size);
        }
        cipher.open(frame, whole);
        awaited = following;
        if (following > 0) {
            return true;
        }
        boolean wanted = sink.frame(FrameCipher.DATA, whole.flip());
        release();
        return wanted;
    }

    /** Gives the buffer of data that never became complete back to the pool. */
    void release() {
        if (whole != null) {
            pool.giveBack(whole);
            whole = null;
        }
    }

    private int frameLength(int start) throws RefusedInputException {
        int payload = intake.getInt(start);
        int type = intake.get(start + 4);
        int following = intake.getInt(start + 4) & FOLLOWING;
        if (payload < 0 || payload > FrameCipher.PART) {
            throw new RefusedInputException("a frame says it has " + Integer.toUnsignedString(payload)
                    + " bytes, the limit is " + FrameCipher.PART);
        }
        boolean known = switch (type) {
            case FrameCipher.DATA -> following == 0;
            case FrameCipher.PING -> following == 0 && payload == 0;
            case FrameCipher.PARTIAL -> following > 0 && payload > 0;
            default -> false;
        };
        if (!known) {
            throw new RefusedInputException(
                    "a frame has the unknown type " + Integer.toHexString(intake.getInt(start + 4)));
        }
        if (whole == null) {
            if (payload + (long) following * FrameCipher.PART > ReplicationTransport.MAX_FRAME) {
                throw new RefusedInputException("a frame says that " + following + " parts follow, data are limited to "
                        + ReplicationTransport.MAX_FRAME + " bytes");
            }
        } else if (type == FrameCipher.PING || payload != FrameCipher.PART || following != awaited - 1) {
            throw new RefusedInputException("a frame is not the part that was to follow");
        }
        return payload + FrameCipher.OVERHEAD;
    }
}
