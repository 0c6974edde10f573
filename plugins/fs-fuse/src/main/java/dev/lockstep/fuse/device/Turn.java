package dev.lockstep.fuse.device;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is to read requests. One thread has it: it reads a request, serves it and reads the next, so that a brief request costs
 * no change of threads. When a request takes longer, another one goes on reading: at once if the operation says so beforehand
 * ({@link #pass}), or when {@link TurnWatch} notices. Who has served such a request waits as a spare one, and ends after a while. When as
 * many as there may be are all held up, the first one that is free takes the turn. Thread-safe.
 */
final class Turn {
    private final int seatsMax;
    private final Duration spareTime;
    private final Starter starter;
    private final TurnWatch watch;
    private final AtomicBoolean watched = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    /** Changed under the lock. */
    private volatile Seat holder;
    /** Changed under the lock: the holder is held up and there is nobody to whom it could pass the turn. */
    private volatile boolean wanted;
    /** Guarded by the lock. The one that was used last comes first: the others have time to end. */
    private final Deque<Seat> spares = new ArrayDeque<>();
    /** Guarded by the lock: threads there are. */
    private int seats;
    /** Guarded by the lock. */
    private boolean ended;

    // of the thread of the watch
    private Seat seen;
    private long seenProgress;
    private int quiet;

    /** Starts a thread. */
    @FunctionalInterface
    interface Starter {
        /** Whether one was started for this seat. It reads as one that has the turn, and calls {@link Turn#leave} at its end. */
        boolean start(Seat seat);
    }

    /** The place of one thread. */
    final class Seat {
        private final Condition chosen = lock.newCondition();
        /** Odd while a request is served, even before the next one is there. Written by its thread alone. */
        private final AtomicLong progress = new AtomicLong();

        private Seat() {}

        /** A request was read. {@link #served} follows. */
        void serving() {
            progress.set(progress.getPlain() + 1);
            if (!watched.get() && watched.compareAndSet(false, true) && !watch.add(Turn.this)) {
                watched.set(false);
            }
        }

        /** A request was served. @return whether this thread is to read the next; it waited until it was clear */
        boolean served() {
            progress.setRelease(progress.getPlain() + 1);
            return (holder == this && !wanted) || awaitTurn(this);
        }

        /**
         * Called before something that takes longer: another thread reads meanwhile.
         *
         * @return false if there is none
         */
        boolean pass() {
            return Turn.this.pass(this);
        }
    }

    /**
     * Nobody reads yet.
     *
     * @param seatsMax how many threads there may be
     * @param spareTime how long one waits for the turn before it ends
     */
    Turn(int seatsMax, Duration spareTime, Starter starter, TurnWatch watch) {
        this.seatsMax = seatsMax;
        this.spareTime = spareTime;
        this.starter = starter;
        this.watch = watch;
    }

    /** Begins: starts the first thread. */
    void begin() {
        lock.lock();
        try {
            holder = new Seat();
            seats = 1;
            if (!starter.start(holder)) {
                seats = 0;
                throw new IllegalStateException("a thread that serves a mount could not be started");
            }
        } finally {
            lock.unlock();
        }
    }

    /** A thread ends. */
    void leave() {
        lock.lock();
        try {
            seats--;
            empty.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There is nothing to be read any more: whoever waits ends, and whoever serves ends after that. */
    void end() {
        lock.lock();
        try {
            ended = true;
            spares.forEach(seat -> seat.chosen.signal());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all threads have ended; whether they have, within the time. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (seats > 0 && left > 0) {
                left = empty.awaitNanos(left);
            }
            return seats == 0;
        } finally {
            lock.unlock();
        }
    }

    /** How many threads there are. */
    int seats() {
        lock.lock();
        try {
            return seats;
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #look} is called from time to time. */
    boolean isWatched() {
        return watched.get();
    }

    private boolean pass(Seat from) {
        if (holder != from) {
            // Who has it is held up like everybody else: then this thread had better not wait.
            return !wanted;
        }
        lock.lock();
        try {
            if (holder != from) {
                return !wanted;
            }
            Seat next = spares.pollFirst();
            if (next != null) {
                holder = next;
                next.chosen.signal();
            }
            wanted = next == null && !passToAnother();
            return !wanted;
        } finally {
            lock.unlock();
        }
    }

    /** Starts a thread that has the turn. */
    private boolean passToAnother() {
        if (seats >= seatsMax || ended) {
            return false;
        }
        Seat before = holder;
        // It has the turn before it runs: what it serves first may want to pass it on.
        holder = new Seat();
        seats++;
        boolean started = starter.start(holder);
        if (!started) {
            seats--;
            holder = before;
        }
        return started;
    }

    private boolean awaitTurn(Seat seat) {
        lock.lock();
        try {
            if (wanted && !ended) {
                wanted = false;
                holder = seat;
            }
            if (holder == seat) {
                return true;
            }
            spares.addFirst(seat);
            long left = spareTime.toNanos();
            while (holder != seat && !ended && left > 0) {
                left = seat.chosen.awaitNanos(left);
            }
            spares.remove(seat);
            return holder == seat;
        } catch (InterruptedException ignored) {
            // Nobody has any business interrupting these threads; one that was goes, unless it has the turn by now.
            spares.remove(seat);
            return holder == seat;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Looks, from time to time, whether the turn has to be taken from its holder: the request it serves is the one it served when this was
     * called last.
     *
     * @param quietMax after how many calls without a request it is enough
     * @return whether this is to be called again; if not, the next request says so by {@link TurnWatch#add}
     */
    boolean look(int quietMax) {
        Seat present = holder;
        long progress = present.progress.get();
        boolean still = present == seen && progress == seenProgress;
        seen = present;
        seenProgress = progress;
        if (!still) {
            quiet = 0;
            return true;
        }
        if (progress % 2 != 0) {
            pass(present);
            return true;
        }
        if (++quiet < quietMax) {
            return true;
        }
        quiet = 0;
        watched.set(false);
        // A request that was read before it could see that nobody watches is watched all the same.
        boolean begun = holder != present || present.progress.get() != progress;
        return begun && watched.compareAndSet(false, true);
    }
}
