package dev.lockstep.replication.stream;

import dev.lockstep.api.fs.Completion;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.replication.ReplicationSettings.Acknowledge;
import dev.lockstep.replication.TimeSource;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;
import dev.lockstep.replication.wire.MutationCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Mutations on their way to the secondary, in one sequence for all trees of the module. A short lock gives the position and sends;
 * what waits for an acknowledgement stands in a ring. Once the peer is lost nothing is sent any more and everything stays
 * pending until {@link #settle} says how it ends.
 *
 * <p>Thread-safe.
 */
public final class PrimaryStream {
    /** Operations that may wait for the peer before new ones are held. */
    static final int PENDING_MAX = 16 * 1024;

    /** Bytes of data that may wait for the peer before new operations are held. */
    static final long PENDING_BYTES_MAX = 64L * 1024 * 1024;

    /** Room beyond {@link #PENDING_MAX} for operations that had entered already. */
    private static final int RING = 4 * PENDING_MAX;

    private static final long ROOM_POLL_MILLIS = 1000;
    private static final Duration LOOKED_LATELY = Duration.ofSeconds(1);
    private static final int UNSETTLED = -1;

    private final ReplicationLink link;
    private final Supplier<Acknowledge> acknowledge;
    private final TimeSource time;
    private final Watcher watcher;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    // guarded by lock
    private final Completion[] completions = new Completion[RING];
    private final boolean[] wantsDurable = new boolean[RING];
    private final int[] payloads = new int[RING];
    private final long[] sentAt = new long[RING];
    private final long[] objects = new long[RING];
    private final int[] trees = new int[RING];
    private long last;
    private long applied;
    private long oldest = 1;
    private int settled = UNSETTLED;
    private boolean live = true;
    private long bytesGiven;

    private volatile int pending;
    private volatile long pendingBytes;
    private volatile long mutations;
    private volatile long payloadBytes;

    // owned by the thread that calls received
    private final List<Completion> due = new ArrayList<>();

    // owned by the thread that calls check
    private long bytesGone;
    private long bytesGoneAt;
    private long checkedAt;

    /** What the stream cannot decide itself. Called without locks held. */
    public interface Watcher {
        /** The peer must be given up. Called once per reason found; the first counts. */
        void lost(String reason);

        /** Whether an object has no name left on this node, so that the peer is right not to have it. */
        boolean nameless(int tree, long id);
    }

    /** A stream that begins with sequence 1. */
    public PrimaryStream(ReplicationLink link, Supplier<Acknowledge> acknowledge, TimeSource time, Watcher watcher) {
        this.link = link;
        this.acknowledge = acknowledge;
        this.time = time;
        this.watcher = watcher;
        this.bytesGoneAt = time.nanoTime();
    }

    /** Gives a mutation the next position and sends it. {@code completion} is called when it may be acknowledged. */
    public void commit(Mutation mutation, Completion completion) {
        boolean durable = switch (acknowledge.get()) {
            case IN_MEMORY -> false;
            case FLUSHED_ON_DISK -> asksForDisk(mutation);
            case ALL_ON_DISK -> true;
        };
        ByteBuffer frame = encode(mutation, durable);
        int payload = MutationCodec.payload(mutation);
        int end;
        lock.lock();
        try {
            end = settled;
            if (end == UNSETTLED) {
                last++;
                register(mutation, completion, durable, payload);
                if (live && frame != null) {
                    bytesGiven += frame.remaining();
                    frame.putLong(frame.position() + MutationCodec.SEQUENCE_AT, last);
                    link.send(frame);
                    frame = null;
                }
            }
        } finally {
            lock.unlock();
        }
        if (frame != null) {
            link.discard(frame);
        }
        if (end != UNSETTLED) {
            completion.completed(end);
        }
    }

    /** Waits while too much waits for the peer. */
    void awaitRoom() throws FileSystemFailure {
        if (pending < PENDING_MAX && pendingBytes < PENDING_BYTES_MAX) {
            return;
        }
        lock.lock();
        try {
            while (settled == UNSETTLED && (pending >= PENDING_MAX || pendingBytes >= PENDING_BYTES_MAX)) {
                moved.await(ROOM_POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FileSystemFailure(FileSystemFailure.EIO, "write interrupted while the peer is behind");
        } finally {
            lock.unlock();
        }
    }

    /** Takes an acknowledgement. Called by one thread at a time. */
    public void received(FrameReader in) throws MalformedFrame {
        long sequence = in.i64();
        switch (in.type()) {
            case Frame.APPLIED -> {
                in.end();
                acknowledged(sequence, false);
            }
            case Frame.DURABLE -> {
                in.end();
                acknowledged(sequence, true);
            }
            case Frame.MISSING -> {
                in.end();
                missing(sequence);
            }
            case Frame.REJECTED -> {
                int errno = in.i32();
                String text = in.text();
                in.end();
                watcher.lost("the peer could not apply an operation (errno " + errno + "): " + text);
            }
            default -> throw new MalformedFrame("a frame of type " + in.type() + " is no acknowledgement");
        }
    }

    private void acknowledged(long sequence, boolean durable) throws MalformedFrame {
        lock.lock();
        try {
            checkSequence(sequence);
            while (applied < sequence) {
                applied++;
                if (!wantsDurable[slot(applied)]) {
                    complete(applied);
                }
            }
            if (durable) {
                complete(sequence);
            }
            advance();
        } finally {
            lock.unlock();
        }
        tell(0);
    }

    private void missing(long sequence) throws MalformedFrame {
        int tree;
        long object;
        lock.lock();
        try {
            checkSequence(sequence);
            tree = trees[slot(sequence)];
            object = objects[slot(sequence)];
        } finally {
            lock.unlock();
        }
        if (watcher.nameless(tree, object)) {
            acknowledged(sequence, true);
        } else {
            watcher.lost("the peer does not have an object of this node (tree " + tree + ", id " + object + ")");
        }
    }

    /** The peer may lack something that was changed here: what is marked must be compared. */
    void giveUp(String reason) {
        watcher.lost(reason);
    }

    /** The peer is gone: nothing is sent any more, everything stays pending. */
    public void stop() {
        lock.lock();
        try {
            live = false;
        } finally {
            lock.unlock();
        }
    }

    /** Completes everything that is pending and whatever is committed later with {@code errno}. */
    public void settle(int errno) {
        List<Completion> all = new ArrayList<>();
        lock.lock();
        try {
            live = false;
            settled = errno;
            for (long sequence = oldest; sequence <= last; sequence++) {
                Completion completion = completions[slot(sequence)];
                if (completion != null) {
                    all.add(completion);
                    completions[slot(sequence)] = null;
                }
            }
            oldest = last + 1;
            pending = 0;
            pendingBytes = 0;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        all.forEach(completion -> completion.completed(errno));
    }

    /** Sequence of the last mutation. */
    public long lastSequence() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything up to a sequence is acknowledged. @return whether it is */
    public boolean awaitAcknowledged(long sequence, Duration atMost) throws InterruptedException {
        long nanos = atMost.toNanos();
        lock.lock();
        try {
            while (oldest <= sequence && live && nanos > 0) {
                nanos = moved.awaitNanos(nanos);
            }
            return oldest > sequence && settled == UNSETTLED;
        } finally {
            lock.unlock();
        }
    }

    /** Looks at the deadlines. Called every now and then by one thread. */
    public void check(Duration lockTimeout, Duration sendTimeout) {
        long now = time.nanoTime();
        long age = oldestPendingNanos();
        if (age > lockTimeout.toNanos()) {
            watcher.lost(
                    "the peer has not acknowledged an operation for " + lockTimeout.toSeconds() + " s (locktimeout)");
            return;
        }
        long queued = link.queuedBytes();
        long gone;
        lock.lock();
        try {
            gone = bytesGiven - queued;
        } finally {
            lock.unlock();
        }
        // Nobody looks while nothing is on its way: the time before that says nothing about the peer.
        boolean lookedLately = now - checkedAt < LOOKED_LATELY.toNanos();
        checkedAt = now;
        if (queued == 0 || gone != bytesGone || !lookedLately) {
            bytesGone = gone;
            bytesGoneAt = now;
        } else if (now - bytesGoneAt > sendTimeout.toNanos()) {
            watcher.lost("nothing could be sent to the peer for " + sendTimeout.toSeconds() + " s (sendtimeout)");
        }
    }

    /** Age of the oldest operation that waits, 0 if none. */
    public long oldestPendingNanos() {
        lock.lock();
        try {
            return oldest > last ? 0 : Math.max(1, time.nanoTime() - sentAt[slot(oldest)]);
        } finally {
            lock.unlock();
        }
    }

    /** Operations that wait. */
    public int pending() {
        return pending;
    }

    /** Bytes of data that wait. */
    public long pendingBytes() {
        return pendingBytes;
    }

    /** Mutations given so far. */
    public long mutations() {
        return mutations;
    }

    /** Bytes of data given so far. */
    public long payloadBytes() {
        return payloadBytes;
    }

    private static boolean asksForDisk(Mutation mutation) {
        return mutation instanceof Mutation.Flush || (mutation instanceof Mutation.Write write && write.durable());
    }

    private ByteBuffer encode(Mutation mutation, boolean durable) {
        if (!link.isOpen()) {
            return null;
        }
        ByteBuffer frame = link.allocate(MutationCodec.frameSize(mutation));
        frame.mark();
        MutationCodec.put(frame, mutation, durable ? MutationCodec.WANT_DURABLE : 0);
        return frame.limit(frame.position()).reset();
    }

    /** Holds the lock, under which alone the volatile counters are written. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void register(Mutation mutation, Completion completion, boolean durable, int payload) {
        int slot = slot(last);
        if (completions[slot] != null) {
            throw new IllegalStateException("more than " + RING + " operations wait for the peer");
        }
        completions[slot] = completion;
        wantsDurable[slot] = durable;
        payloads[slot] = payload;
        sentAt[slot] = time.nanoTime();
        trees[slot] = mutation.tree();
        objects[slot] = Objects.of(mutation);
        mutations = mutations + 1;
        payloadBytes = payloadBytes + payload;
        pending = pending + 1;
        pendingBytes = pendingBytes + payload;
    }

    /** Holds the lock, under which alone the volatile counters are written. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void complete(long sequence) {
        int slot = slot(sequence);
        if (completions[slot] != null && sequence >= oldest) {
            due.add(completions[slot]);
            completions[slot] = null;
            pending = pending - 1;
            pendingBytes = pendingBytes - payloads[slot];
        }
    }

    private void advance() {
        while (oldest <= last && completions[slot(oldest)] == null) {
            oldest++;
        }
        moved.signalAll();
    }

    private void tell(int errno) {
        for (int i = 0; i < due.size(); i++) {
            due.get(i).completed(errno);
        }
        due.clear();
    }

    private void checkSequence(long sequence) throws MalformedFrame {
        if (sequence < 1 || sequence > last) {
            throw new MalformedFrame("position " + sequence + " is acknowledged, only " + last + " were given");
        }
    }

    private static int slot(long sequence) {
        return (int) (sequence & (RING - 1));
    }
}
