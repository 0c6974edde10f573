package dev.lockstep.api.link;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A handler that keeps a copy of every frame, for tests; optionally does something else with it first. */
public final class RecordingLinkHandler implements LinkHandler {
    private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final AtomicInteger closings = new AtomicInteger();
    private final BiConsumer<ReplicationLink, ByteBuffer> action;

    /** Only records. */
    public RecordingLinkHandler() {
        this((link, frame) -> {});
    }

    /** Records, then acts. */
    public RecordingLinkHandler(BiConsumer<ReplicationLink, ByteBuffer> action) {
        this.action = action;
    }

    @Override
    public void received(ReplicationLink link, ByteBuffer frame) {
        byte[] copy = new byte[frame.remaining()];
        frame.duplicate().get(copy);
        frames.add(copy);
        action.accept(link, frame);
    }

    @Override
    public void closed(ReplicationLink link, String reason) {
        closings.incrementAndGet();
        closed.complete(reason);
    }

    /** The next frame, or null if none comes within {@code seconds}. */
    public byte[] next(int seconds) throws InterruptedException {
        return frames.poll(seconds, TimeUnit.SECONDS);
    }

    /** Frames received and not yet taken. */
    public int waiting() {
        return frames.size();
    }

    /** How often a link of this handler ended. */
    public int closings() {
        return closings.get();
    }

    /** Completes with the reason when the first link ends. */
    public CompletableFuture<String> closed() {
        return closed;
    }
}
