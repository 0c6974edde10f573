package dev.lockstep.mina;

import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.link.ReplicationTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.transport.socket.nio.NioSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An authenticated connection. The thread that sends seals the frame and writes it to the socket itself as long as nothing
 * is queued; what the socket does not take goes through MINA's queue, and so does everything behind it until the queue is
 * empty, so frames leave in the order of their seals.
 */
final class MinaLink implements ReplicationLink, Conversation {
    /** Bytes queued beyond which the peer is taken for one that does not read any more: the link is closed. */
    static final long MAX_QUEUED_BYTES = 256L * 1024 * 1024;

    /** A ping is sent at the first check after this long without sending, so that silence of the peer means something. */
    static final Duration PING_AFTER = Duration.ofMillis(600);

    private static final Duration PING_CHECK = Duration.ofMillis(250);
    private static final Logger LOG = LoggerFactory.getLogger(MinaLink.class);

    private final String name;
    private final NioSession session;
    private final LinkProcessor processor;
    private final FrameCipher sealing;
    private final FrameReader reader;
    private final BufferPool pool;
    private final Opening opening;
    private final Housekeeping.Repetition pinging;

    /** Held from the seal of a frame until it is written or queued. */
    private final ReentrantLock sending = new ReentrantLock();

    /** Buffers in MINA's queue, in its order. Empty: a sender may write directly. */
    private final Queue<Queued> queue = new ConcurrentLinkedQueue<>();

    private final AtomicLong queuedBytes = new AtomicLong();

    /** Buffers in the hands of callers: what they fill is a slice of what the pool gave. */
    private final IdentityHashMap<ByteBuffer, ByteBuffer> lent = new IdentityHashMap<>();

    private final AtomicReference<String> closeReason = new AtomicReference<>();
    private LinkHandler handler;
    private volatile long lastArrival = System.nanoTime();
    private volatile long lastDeparture = System.nanoTime();

    /** What the two ends do differently when a link opens. */
    interface Opening {
        /** The peer has proven itself. Answers who handles the link, or null if nobody wants it. */
        LinkHandler confirmed(MinaLink link);

        /** The link is over, confirmed or not; called last. */
        void ended(String reason);
    }

    private record Queued(ByteBuffer frame, long bytes) {}

    MinaLink(
            String name,
            NioSession session,
            LinkProcessor processor,
            Handshake.Session keys,
            BufferPool pool,
            Housekeeping housekeeping,
            Opening opening) {
        this.name = name;
        this.session = session;
        this.processor = processor;
        this.sealing = keys.sealing();
        this.reader = new FrameReader(pool, keys.opening(), this::frame);
        this.pool = pool;
        this.opening = opening;
        this.pinging = housekeeping.every(PING_CHECK, this::pingIfQuiet);
    }

    @Override
    public ByteBuffer allocate(int size) {
        if (size < 0 || size > ReplicationTransport.MAX_FRAME) {
            throw new IllegalArgumentException(
                    "a frame has 0 to " + ReplicationTransport.MAX_FRAME + " bytes, not " + size);
        }
        ByteBuffer whole = pool.take(size + FrameCipher.OVERHEAD);
        ByteBuffer payload = whole.slice(FrameCipher.HEADER, size);
        synchronized (lent) {
            lent.put(payload, whole);
        }
        return payload;
    }

    @Override
    public void send(ByteBuffer frame) {
        ByteBuffer whole = takeBack(frame);
        whole.limit(frame.limit() + FrameCipher.OVERHEAD).position(frame.position());
        sending.lock();
        try {
            dispatch(whole, FrameCipher.DATA);
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void discard(ByteBuffer frame) {
        pool.giveBack(takeBack(frame));
    }

    private ByteBuffer takeBack(ByteBuffer frame) {
        synchronized (lent) {
            ByteBuffer whole = lent.remove(frame);
            if (whole == null) {
                throw new IllegalArgumentException(
                        "this buffer is not one that allocate gave and still owns: " + frame);
            }
            return whole;
        }
    }

    /** Seals and writes or queues; the caller holds {@link #sending}. */
    private void dispatch(ByteBuffer whole, byte type) {
        int payload = whole.remaining() - FrameCipher.OVERHEAD;
        if (closeReason.get() != null) {
            pool.giveBack(whole);
        } else if (payload <= FrameCipher.PART) {
            sealing.seal(whole, type);
            depart(whole);
        } else {
            dispatchParts(whole.duplicate().position(whole.position() + FrameCipher.HEADER), payload);
            pool.giveBack(whole);
        }
    }

    /** The peer opens a part while the next one is sealed. */
    private void dispatchParts(ByteBuffer data, int size) {
        int following = FrameCipher.following(size);
        int length = size - following * FrameCipher.PART;
        while (following >= 0 && closeReason.get() == null) {
            ByteBuffer part = pool.take(length + FrameCipher.OVERHEAD).limit(length + FrameCipher.OVERHEAD);
            data.limit(data.position() + length);
            sealing.seal(data, part, following > 0 ? FrameCipher.PARTIAL : FrameCipher.DATA, following);
            depart(part);
            following--;
            length = FrameCipher.PART;
        }
    }

    /** Writes a frame that is sealed, or queues it. */
    private void depart(ByteBuffer frame) {
        lastDeparture = System.nanoTime();
        if (queue.isEmpty() && writtenAtOnce(frame)) {
            pool.giveBack(frame);
            return;
        }
        long bytes = frame.remaining();
        queue.add(new Queued(frame, bytes));
        long total = queuedBytes.addAndGet(bytes);
        session.write(IoBuffer.wrap(frame.duplicate()));
        if (total > MAX_QUEUED_BYTES) {
            close("the peer does not read: " + total + " bytes are queued, the limit is " + MAX_QUEUED_BYTES);
        }
    }

    private boolean writtenAtOnce(ByteBuffer whole) {
        try {
            processor.writeNow(session, IoBuffer.wrap(whole));
            return !whole.hasRemaining();
        } catch (IOException e) {
            close("the connection broke: " + e.getMessage());
            return true;
        }
    }

    @Override
    public void sent() {
        Queued first = queue.poll();
        if (first != null) {
            queuedBytes.addAndGet(-first.bytes());
            pool.giveBack(first.frame());
        }
    }

    /** Sends a ping, unless a frame is just being sent. */
    void ping() {
        if (sending.tryLock()) {
            try {
                dispatch(pool.take(FrameCipher.OVERHEAD).limit(FrameCipher.OVERHEAD), FrameCipher.PING);
            } finally {
                sending.unlock();
            }
        }
    }

    private void pingIfQuiet() {
        // Something queued is something sent soon; a ping behind it would only pile up.
        if (queue.isEmpty() && System.nanoTime() - lastDeparture >= PING_AFTER.toNanos()) {
            ping();
        }
    }

    @Override
    public ByteBuffer target() {
        return reader.target();
    }

    @Override
    public void arrived() throws RefusedInputException {
        reader.arrived();
    }

    /** The peer has proven itself: finds the handler. On the I/O thread, before any frame is handed over. */
    void confirm() {
        handler = opening.confirmed(this);
        if (handler == null) {
            close("nobody wants this link");
        }
    }

    private boolean frame(byte type, ByteBuffer payload) {
        lastArrival = System.nanoTime();
        if (handler == null) {
            confirm();
        }
        if (type == FrameCipher.DATA && isOpen()) {
            try {
                handler.received(this, payload);
            } catch (RuntimeException e) {
                LOG.error("{}: the handler of the link failed; the link is being closed", name, e);
                close("the handler of the link failed: " + e);
            }
        }
        return isOpen();
    }

    @Override
    public long queuedBytes() {
        return queuedBytes.get();
    }

    @Override
    public long silentNanos() {
        return System.nanoTime() - lastArrival;
    }

    @Override
    public boolean isOpen() {
        return closeReason.get() == null;
    }

    @Override
    public void close(String reason) {
        failed(reason);
        session.closeNow();
    }

    @Override
    public void refused(String reason) {
        LOG.warn("{}: refused input from {}: {}; the link is being closed", name, session.getRemoteAddress(), reason);
        failed(reason);
    }

    @Override
    public void failed(String reason) {
        closeReason.compareAndSet(null, reason);
    }

    @Override
    public void ended() {
        failed("the connection was closed");
        pinging.close();
        reader.release();
        queuedBytes.set(0);
        try {
            if (handler != null) {
                handler.closed(this, closeReason.get());
            }
        } catch (RuntimeException e) {
            LOG.error("{}: the handler failed when told that the link ended", name, e);
        } finally {
            opening.ended(closeReason.get());
        }
    }

    @Override
    public String toString() {
        return name + (isOpen() ? " open" : " closed: " + closeReason.get());
    }
}
