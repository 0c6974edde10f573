package dev.lockstep.fuse.tree;

import dev.lockstep.fuse.sys.FileCalls;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;

/**
 * Lets the disk begin with what is written in large pieces, one behind the other, while more of it comes: a flush at the end finds little
 * left. Nothing depends on it, and nobody waits for it: what a busy disk cannot take in addition is left to the flush, and so is every error.
 * Thread-safe.
 */
final class EarlyWriteBack implements AutoCloseable {
    private static final String OPERATION = "EARLY";

    /** Smaller pieces may be written again soon. */
    private static final long LARGE = 256 << 10;

    /** Begun at a time. */
    private static final long STEP = 2 << 20;

    /** Files that are watched; one more takes the place of another. */
    private static final int STREAMS = 64;

    private static final int WAITING = 32;
    private static final long IDLE_SECONDS = 10;
    private static final long END_SECONDS = 1;

    private final FileCalls files;
    private final LongFunction<Descriptor> opener;
    private final AtomicReferenceArray<Stream> streams = new AtomicReferenceArray<>(STREAMS);
    private final ThreadPoolExecutor thread;

    /** What was written of a file in one go and is not begun with. */
    private record Stream(long id, long from, long end) {}

    /**
     * No thread yet.
     *
     * @param opener gives a descriptor of a file for reading and writing
     * @param mark called on the thread before anything else
     */
    EarlyWriteBack(FileCalls files, LongFunction<Descriptor> opener, Runnable mark) {
        this.files = files;
        this.opener = opener;
        thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                work -> Thread.ofPlatform()
                        .daemon()
                        .name("lockstep-early-write")
                        .unstarted(() -> {
                            mark.run();
                            work.run();
                        }),
                new ThreadPoolExecutor.DiscardPolicy());
        thread.allowCoreThreadTimeOut(true);
    }

    /** A piece was written. */
    void written(long id, long offset, long length) {
        if (length < LARGE) {
            return;
        }
        int place = (int) (Hash.mix(id) & (STREAMS - 1));
        Stream before = streams.get(place);
        long end = offset + length;
        boolean follows = before != null && before.id() == id && before.end() == offset;
        long from = follows ? before.from() : offset;
        if (follows && end - from >= STEP) {
            long begin = from;
            thread.execute(() -> begin(id, begin, end - begin));
            from = end;
        }
        streams.set(place, new Stream(id, from, end));
    }

    private void begin(long id, long offset, long length) {
        try (Descriptor file = opener.apply(id)) {
            if (!file.failed()) {
                files.writeBack(OPERATION, file.number(), offset, length);
            }
        }
    }

    /** Nothing is begun any more. What waits for a disk that hangs is left after a moment. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            boolean _ = thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
