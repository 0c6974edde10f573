package dev.lockstep.node.module;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Carries out the slow actions of one module, one after the other, in the order given, on one thread of its own, so that a slow
 * disk or mount holds up this module's actions and nothing else.
 */
final class Worker implements AutoCloseable {
    /** Actions that may wait; the automaton never has more than a few on the way. */
    private static final int CAPACITY = 256;

    private final ExecutorService executor;

    Worker(String name) {
        executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(CAPACITY),
                Thread.ofPlatform().name(name).daemon(true).factory());
    }

    /**
     * Queues an action.
     *
     * @throws RejectedExecutionException if too many wait, or the worker is closed
     */
    void submit(Runnable action) {
        executor.execute(action);
    }

    /** Takes no more actions; those queued are still carried out. */
    @Override
    public void close() {
        executor.shutdown();
    }

    /** Closes and waits; false when something still runs after {@code limit}: it is interrupted then. */
    boolean join(Duration limit) throws InterruptedException {
        executor.shutdown();
        if (executor.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        executor.shutdownNow();
        return false;
    }
}
