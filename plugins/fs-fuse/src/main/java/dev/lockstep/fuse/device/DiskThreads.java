package dev.lockstep.fuse.device;

import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.ProcessCalls;
import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Threads that wait for the local disk when no reader can be spared for it: as many as there are waits at once, up to
 * {@value #AT_ONCE}, and none after a while without any. More waits than that wait for each other; there is at most one for each
 * request the kernel has not been answered and one that is anticipated for each open file.
 */
public final class DiskThreads {
    /** Waits at the same time. */
    public static final int AT_ONCE = 32;

    private static final String OPERATION = "DISK";
    private static final long IDLE_SECONDS = 10;

    private final ForkJoinPool threads;
    private final Consumer<String> notices;

    /**
     * No thread yet.
     *
     * @param name of the threads
     * @param notices what an operator should read
     */
    public DiskThreads(String name, ProcessCalls process, Consumer<String> notices) {
        this.notices = notices;
        AtomicInteger number = new AtomicInteger();
        threads = new ForkJoinPool(
                AT_ONCE,
                pool -> new Waiting(pool, name + "-" + number.getAndIncrement(), process),
                null,
                true,
                0,
                AT_ONCE,
                0,
                null,
                IDLE_SECONDS,
                TimeUnit.SECONDS);
    }

    /** Does on another thread the rest of a request whose reply was deferred. */
    void rest(String request, DeferredReply reply, Runnable wait) {
        threads.execute(() -> {
            try {
                wait.run();
            } catch (RuntimeException | Error e) {
                // As on a reader: the caller gets EIO, the operator the reason.
                notices.accept("the rest of " + request + " failed: " + e);
                reply.abort(Errno.EIO);
            }
        });
    }

    /**
     * Waits until everything is done; nothing is accepted any more.
     *
     * @return whether it is, within the time
     */
    public boolean end(Duration limit) throws InterruptedException {
        threads.shutdown();
        return threads.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A thread that serves I/O, like a reader. */
    private static final class Waiting extends ForkJoinWorkerThread {
        private final ProcessCalls process;

        Waiting(ForkJoinPool pool, String name, ProcessCalls process) {
            super(null, pool, true);
            this.process = process;
            setName(name);
        }

        @Override
        protected void onStart() {
            process.markIoFlusher(OPERATION);
        }
    }
}
