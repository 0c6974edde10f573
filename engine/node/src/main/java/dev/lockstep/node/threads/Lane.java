package dev.lockstep.node.threads;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Does things that may wait one after the other, in the order given, on one shared thread at a time and on none while there is nothing to
 * do. What waits holds up this lane and nothing else.
 */
public final class Lane {
    private final String name;
    private final Executor threads;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private Thread worker;
    private boolean working;
    private boolean closed;

    /**
     * A lane.
     *
     * @param name of the thread while it works here
     * @param capacity actions that may wait
     */
    public Lane(String name, Executor threads, int capacity) {
        this.name = name;
        this.threads = threads;
        this.capacity = capacity;
    }

    /**
     * Queues an action.
     *
     * @throws RejectedExecutionException if too many wait, or the lane is closed
     */
    public void submit(Runnable action) {
        lock.lock();
        try {
            if (closed || waiting.size() >= capacity) {
                throw new RejectedExecutionException(name + (closed ? " is closed" : " has too much to do"));
            }
            waiting.add(action);
            if (!working) {
                working = true;
                threads.execute(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        Thread thread = Thread.currentThread();
        String before = thread.getName();
        thread.setName(name);
        boolean done = false;
        try {
            for (Runnable action = next(thread); action != null; action = next(thread)) {
                action.run();
            }
            done = true;
        } finally {
            thread.setName(before);
            if (!done) {
                threads.execute(this::work);
            }
        }
    }

    private Runnable next(Thread thread) {
        lock.lock();
        try {
            Runnable action = waiting.poll();
            worker = action == null ? null : thread;
            if (action == null) {
                working = false;
                ended.signalAll();
                // an interrupt was meant for what was done here
                boolean _ = Thread.interrupted();
            }
            return action;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more actions; those queued are still carried out. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Closes and waits; false when something still runs after {@code limit}: it is interrupted then, and what waits is dropped. */
    public boolean join(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            long left = limit.toNanos();
            while (working && left > 0) {
                left = ended.awaitNanos(left);
            }
            if (working) {
                waiting.clear();
                if (worker != null) {
                    worker.interrupt();
                }
            }
            return !working;
        } finally {
            lock.unlock();
        }
    }
}
