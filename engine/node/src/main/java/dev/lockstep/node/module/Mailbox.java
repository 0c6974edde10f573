package dev.lockstep.node.module;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The mailbox of one module. Messages are handled one at a time, in order, by one thread; nobody who posts ever waits. Messages
 * are refused when the box is full; time that passes is added up instead of queued, so that a slow module gets one long
 * tick and not a flood.
 */
final class Mailbox implements AutoCloseable {
    /** Messages that may wait. More than that means the module does not work any more. */
    static final int CAPACITY = 4096;

    /** Handles the messages of a mailbox, on its thread. */
    interface Owner {
        /** Runs one message; whatever it throws is the owner's to deal with. */
        void handle(Runnable message);

        /** Time passed; called from within {@link #handle}. */
        void passed(long millis);
    }

    private final Owner owner;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long owedMillis;
    private boolean closed;

    Mailbox(String name, Owner owner) {
        this.owner = owner;
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Puts a message from outside, a command or a packet, into the box; false if the box is full or closed. */
    boolean post(Runnable message) {
        return put(message, CAPACITY);
    }

    /**
     * Puts the outcome of something the module began itself into the box, also when it is full: there are never more of these than
     * actions on the way, and one that got lost would be waited for without end.
     */
    void deliver(Runnable message) {
        put(message, Integer.MAX_VALUE);
    }

    private boolean put(Runnable message, int capacity) {
        lock.lock();
        try {
            if (closed || waiting.size() >= capacity) {
                return false;
            }
            waiting.add(message);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass: behind everything that waits already, so that what was heard before counts before silence is judged. */
    void tick(long millis) {
        lock.lock();
        try {
            if (!closed && owedMillis == 0) {
                waiting.add(this::passed);
                changed.signal();
            }
            owedMillis += millis;
        } finally {
            lock.unlock();
        }
    }

    private void passed() {
        long millis;
        lock.lock();
        try {
            millis = owedMillis;
            owedMillis = 0;
        } finally {
            lock.unlock();
        }
        owner.passed(millis);
    }

    private void run() {
        for (Runnable message = next(); message != null; message = next()) {
            owner.handle(message);
        }
    }

    /** The next message; null when the box is closed. */
    private Runnable next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return closed ? null : waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread after the message it handles now; what waits is dropped. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the thread has ended; false if it has not within {@code limit}. Not for the mailbox thread itself. */
    boolean join(Duration limit) throws InterruptedException {
        return thread.join(limit);
    }
}
