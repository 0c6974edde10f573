package dev.lockstep.node.heartbeat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The daemon's sense of time: a thread that tells its listeners how many milliseconds passed, measured, not assumed, so
 * that a listener sees a stall of the process as one long step. A machine that was suspended shows as a wall clock that
 * ran ahead of the monotonic one; the larger of the two counts.
 */
public final class Ticker implements AutoCloseable {
    /** Time between two ticks; fine enough for heartbeat pulses of 100 ms. */
    static final Duration PERIOD = Duration.ofMillis(50);

    /** How far the wall clock must run ahead of the monotonic one in one tick to be a suspension, not a correction. */
    private static final long SUSPENSION_MILLIS = 2_000;

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    /** Told of every tick on the ticker's thread; must not block. */
    @FunctionalInterface
    public interface Listener {
        /** {@code millis} passed since the last tick. */
        void ticked(long millis);
    }

    /** Starts ticking. */
    public Ticker() {
        thread = Thread.ofPlatform().name("ticker").daemon(true).start(this::run);
    }

    /** Adds a listener. */
    public void add(Listener listener) {
        listeners.add(listener);
    }

    /** Removes a listener; a tick that is being told may still reach it. */
    public void remove(Listener listener) {
        listeners.remove(listener);
    }

    private void run() {
        long lastNanos = System.nanoTime();
        long lastWall = System.currentTimeMillis();
        long owedNanos = 0;
        while (!closed) {
            LockSupport.parkNanos(PERIOD.toNanos());
            long nanos = System.nanoTime();
            long wall = System.currentTimeMillis();
            owedNanos += nanos - lastNanos;
            long millis = owedNanos / 1_000_000;
            owedNanos -= millis * 1_000_000;
            long ahead = wall - lastWall - millis;
            lastNanos = nanos;
            lastWall = wall;
            long told = ahead > SUSPENSION_MILLIS ? millis + ahead : millis;
            listeners.forEach(listener -> listener.ticked(told));
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
