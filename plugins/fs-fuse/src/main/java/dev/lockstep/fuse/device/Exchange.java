package dev.lockstep.fuse.device;

import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.Opcode;
import dev.lockstep.fuse.wire.Request;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One request and its reply. Each reader thread owns one with its buffers and uses it for one request after another. Every request is
 * answered exactly once: with {@link #answer}, or later through what {@link #defer} gave.
 */
public final class Exchange {
    /** After so much time without a request the next large one is not expected any more. */
    private static final int QUIET_MILLISECONDS = 1000;

    /** No ticket of the gate is open. */
    public static final long NO_TICKET = Long.MIN_VALUE;

    private final Device device;
    private final Turn.Seat seat;
    private final Buffers buffers;
    private final Request request;
    private final ByteBuffer requestBytes;
    private final Status status = new Status();
    private final Status otherStatus = new Status();
    private boolean answered;
    private DeferredReply deferred;
    private long ticket = NO_TICKET;

    Exchange(Device device, Turn.Seat seat, Buffers buffers) {
        this.device = device;
        this.seat = seat;
        this.buffers = buffers;
        request = new Request(buffers.request());
        requestBytes = buffers.request().asByteBuffer();
    }

    /** Reads the next request; the result is that of read(2). */
    long receive() {
        answered = false;
        deferred = null;
        if (buffers.isGrown() && device.isQuiet(QUIET_MILLISECONDS)) {
            buffers.giveBack();
        }
        long length = device.read(request.buffer());
        if (length >= 0) {
            request.take(length);
            buffers.used(length);
        }
        return length;
    }

    public Request request() {
        return request;
    }

    /** The reply: a body is written behind the first {@value Frame#HEADER} bytes. */
    public MemorySegment reply() {
        return buffers.reply();
    }

    /** A buffer for whatever an operation needs while it runs. */
    public MemorySegment scratch() {
        return buffers.scratch();
    }

    /** Attributes read while an operation runs. */
    public Status status() {
        return status;
    }

    /** More attributes. */
    public Status otherStatus() {
        return otherStatus;
    }

    /** Bytes of the request's body, valid until this operation returns. */
    public ByteBuffer bytes(int at, int length) {
        request.check(at, length);
        requestBytes.clear().position(Request.HEADER + at).limit(Request.HEADER + at + length);
        return requestBytes;
    }

    /** The ticket of the gate this operation holds, or {@link #NO_TICKET}. */
    public long ticket() {
        return ticket;
    }

    /** Remembers the ticket, so that it is given back whatever happens to the operation. */
    public void ticket(long held) {
        ticket = held;
    }

    /** Answers without a body. {@code errno} is 0 or positive. */
    public boolean answer(int errno) {
        return send(0, errno);
    }

    /** Answers with the body that stands in {@link #reply}. */
    public boolean answerBody(int length) {
        return send(length, 0);
    }

    /** Promises a reply for later; see {@link DeferredReply}. */
    public DeferredReply defer(byte[] body, boolean local, Runnable undo) {
        claim();
        deferred = new DeferredReply(device, request.unique(), body, local, undo);
        return deferred;
    }

    /** What follows takes longer than a brief request: if it can be, another thread reads meanwhile. */
    public void takesLonger() {
        seat.pass();
    }

    /**
     * Does the last part of a request whose reply was deferred, which waits for the local disk: here as long as another thread reads, which
     * spares a change of threads; else on a thread of its own, so that requests are read however many wait. It must not use this exchange.
     */
    public void waitForDisk(Runnable wait) {
        if (seat.pass()) {
            wait.run();
        } else {
            device.disk().rest(request.toString(), deferred, wait);
        }
    }

    /**
     * Tells the kernel to ask for the attributes of an object again: a side effect changed some it believes to know.
     */
    public void attributesChanged(long id) {
        device.invalidateAttributes(id);
    }

    /** Nothing is answered: the kernel expects nothing. */
    public void ignore() {
        claim();
    }

    /** Makes sure that the request is answered: with an error, if it was not. */
    void settle(int errno) {
        if (deferred != null) {
            deferred.abort(errno);
        } else if (!answered) {
            if (Opcode.isUnanswered(request.opcode())) {
                ignore();
            } else {
                answer(errno);
            }
        }
    }

    boolean isAnswered() {
        return answered;
    }

    private boolean send(int length, int errno) {
        claim();
        buffers.used(length);
        return device.send(buffers.reply(), length, errno, request.unique());
    }

    private void claim() {
        if (answered) {
            throw new IllegalStateException("answered twice: " + request);
        }
        answered = true;
    }
}
