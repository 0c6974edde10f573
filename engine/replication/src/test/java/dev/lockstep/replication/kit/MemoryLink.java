package dev.lockstep.replication.kit;

import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** One end of a link in memory. Frames are delivered by a thread per direction; a cut loses what was not delivered. */
public final class MemoryLink implements ReplicationLink {
    private static final int FRAME_MAX = 9 * 1024 * 1024;

    private final String name;
    private final LinkHandler handler;
    private final Queue<ByteBuffer> incoming = new ArrayDeque<>();
    private final Set<ByteBuffer> lent = Collections.newSetFromMap(new IdentityHashMap<>());
    private MemoryLink other;
    private String closed;
    private boolean paused;
    private long incomingBytes;
    private volatile long lastArrival = System.nanoTime();

    private MemoryLink(String name, LinkHandler handler) {
        this.name = name;
        this.handler = handler;
    }

    /** Two ends. */
    public record Pair(MemoryLink left, MemoryLink right) {
        /** The network breaks when so many more frames have gone from left to right. */
        public void cutAfter(int frames) {
            left.framesLeft.set(frames);
        }

        /** The network breaks. */
        public void cut() {
            left.close("cut");
        }
    }

    /** Connects two handlers. */
    public static Pair connect(String name, LinkHandler left, LinkHandler right) {
        Pair pair = new Pair(new MemoryLink(name + "-left", left), new MemoryLink(name + "-right", right));
        pair.left().other = pair.right();
        pair.right().other = pair.left();
        Thread.ofPlatform().daemon().name(name + "-left").start(pair.left()::deliver);
        Thread.ofPlatform().daemon().name(name + "-right").start(pair.right()::deliver);
        return pair;
    }

    /** Stops or resumes delivering what this end receives. */
    public void pause(boolean on) {
        synchronized (incoming) {
            paused = on;
            incoming.notifyAll();
        }
    }

    private final AtomicInteger framesLeft = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicReference<Thread> outOfMemory = new AtomicReference<>();

    /** There is no memory for the next frame the calling thread wants at this end. */
    public void outOfMemory() {
        outOfMemory.set(Thread.currentThread());
    }

    @Override
    public ByteBuffer allocate(int size) {
        if (outOfMemory.compareAndSet(Thread.currentThread(), null)) {
            throw new OutOfMemoryError("on purpose");
        }
        if (size > FRAME_MAX) {
            throw new IllegalArgumentException("a frame of " + size + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.allocate(size);
        synchronized (lent) {
            lent.add(buffer);
        }
        return buffer;
    }

    @Override
    public void send(ByteBuffer frame) {
        discard(frame);
        if (framesLeft.getAndDecrement() == 0) {
            close("cut");
            return;
        }
        synchronized (other.incoming) {
            if (other.closed == null) {
                other.incoming.add(frame);
                other.incomingBytes += frame.remaining();
                other.incoming.notifyAll();
            }
        }
    }

    @Override
    public void discard(ByteBuffer frame) {
        synchronized (lent) {
            if (!lent.remove(frame)) {
                throw new IllegalArgumentException("this buffer is not lent: " + frame);
            }
        }
    }

    @Override
    public long queuedBytes() {
        synchronized (other.incoming) {
            return other.incomingBytes;
        }
    }

    @Override
    public long silentNanos() {
        return System.nanoTime() - lastArrival;
    }

    @Override
    public boolean isOpen() {
        synchronized (incoming) {
            return closed == null;
        }
    }

    @Override
    public void close(String reason) {
        shut(reason);
        other.shut("the other end closed: " + reason);
    }

    private void shut(String reason) {
        synchronized (incoming) {
            if (closed == null) {
                closed = reason;
            }
            incoming.notifyAll();
        }
    }

    private void deliver() {
        while (true) {
            ByteBuffer frame;
            String end;
            synchronized (incoming) {
                while (closed == null && (incoming.isEmpty() || paused)) {
                    try {
                        incoming.wait();
                    } catch (InterruptedException e) {
                        closed = "interrupted";
                    }
                }
                end = closed;
                frame = end == null ? incoming.poll() : null;
                if (frame != null) {
                    incomingBytes -= frame.remaining();
                }
            }
            if (frame == null) {
                handler.closed(this, end);
                return;
            }
            lastArrival = System.nanoTime();
            handler.received(this, frame);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
