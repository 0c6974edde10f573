package dev.lockstep.replication.reintegration;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The parallel readers of one round. The first error ends the round: what is queued is skipped, and {@link #put} and
 * {@link #finish} throw it.
 */
final class Workers {
    private static final int QUEUE_MAX = 1024;
    private static final long POLL_MILLIS = 100;

    private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final AtomicReference<Exception> error = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean complete;

    /** A piece of work. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException, InterruptedException;
    }

    Workers(int count, String name) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).start(this::work));
        }
    }

    /** Queues a task, waiting for room. */
    void put(Task task) throws IOException, InterruptedException {
        while (!queue.offer(task, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            rethrow();
        }
        rethrow();
    }

    /** Waits until everything queued is done and ends the threads, whatever happened. */
    void finish() throws IOException, InterruptedException {
        complete = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            abort(e);
            throw e;
        }
        rethrow();
    }

    /** Ends the threads without waiting for the rest. */
    void abort(Exception why) {
        error.compareAndSet(null, why);
        complete = true;
        threads.forEach(Thread::interrupt);
    }

    private void work() {
        try {
            while (error.get() == null) {
                Task task = queue.poll(POLL_MILLIS / 10, TimeUnit.MILLISECONDS);
                if (task != null) {
                    task.run();
                } else if (complete) {
                    return;
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            error.compareAndSet(null, e);
        }
    }

    private void rethrow() throws IOException, InterruptedException {
        switch (error.get()) {
            case null -> {}
            case IOException e -> throw e;
            case InterruptedException e -> throw e;
            case RuntimeException e -> throw e;
            case Exception e -> throw new IOException(e);
        }
    }
}
