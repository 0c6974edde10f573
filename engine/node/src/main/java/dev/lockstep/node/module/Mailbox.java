package dev.lockstep.node.module;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The mailbox of one module. Messages are handled one at a time, in order, on shared threads; nobody who posts ever waits. Messages
 * are refused when the box is full; time that passes is added up instead of queued, so that a slow module gets one long
 * tick and not a flood.
 */
final class Mailbox implements AutoCloseable {
    /** Messages that may wait. More than that means the module does not work any more. */
    static final int CAPACITY = 4096;

    /** Messages handled before it is the turn of another module. */
    private static final int TURN = 64;

    /** Handles the messages of a mailbox, one at a time. */
    interface Owner {
        /** Runs one message; whatever it throws is the owner's to deal with. */
        void handle(Runnable message);

        /** Time passed; called from within {@link #handle}. */
        void passed(long millis);
    }

    private final Owner owner;
    private final Executor carriers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long owedMillis;
    private boolean started;
    private boolean closed;

    /** Whether a carrier is at it, or called. */
    private boolean carried;

    Mailbox(Executor carriers, Owner owner) {
        this.owner = owner;
        this.carriers = carriers;
    }

    /** From now on messages are handled. */
    void start() {
        lock.lock();
        try {
            started = true;
            callCarrier();
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds {@link #lock}. */
    private void callCarrier() {
        if (started && !carried && !waiting.isEmpty()) {
            carried = true;
            carriers.execute(this::carry);
        }
    }

    private void carry() {
        boolean done = false;
        try {
            for (int i = 0; i < TURN && !done; i++) {
                Runnable message = next();
                if (message == null) {
                    done = true;
                } else {
                    owner.handle(message);
                }
            }
        } finally {
            if (!done) {
                carriers.execute(this::carry);
            }
        }
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
            callCarrier();
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
                callCarrier();
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

    /** The next message; null when there is none, and the carrier goes. */
    private Runnable next() {
        lock.lock();
        try {
            Runnable message = waiting.poll();
            if (message == null) {
                carried = false;
                left.signalAll();
            }
            return message;
        } finally {
            lock.unlock();
        }
    }

    /** No message is handled after the present one; what waits is dropped. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no message is handled; false if one still is after {@code limit}. Not for who handles one. */
    boolean join(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long nanos = limit.toNanos();
            while (carried && nanos > 0) {
                nanos = left.awaitNanos(nanos);
            }
            return !carried;
        } finally {
            lock.unlock();
        }
    }
}
