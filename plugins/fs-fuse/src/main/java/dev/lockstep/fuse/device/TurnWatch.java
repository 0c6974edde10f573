package dev.lockstep.fuse.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Notices requests that take longer than others, for all mounts of this host: one thread, which looks only while requests come, and
 * ends after a while without any. Thread-safe.
 */
public final class TurnWatch {
    /** A request is found to take long after one or two of these. */
    private static final Duration PERIOD = Duration.ofMillis(1);
    /** So many times a mount is looked at without a request, before it is left alone. */
    private static final int QUIET_MAX = 16;

    private static final Duration SPARE_TIME = Duration.ofSeconds(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    /** Guarded by the lock. */
    private final List<Turn> fresh = new ArrayList<>();
    /** Guarded by the lock. */
    private boolean running;

    /** A turn is looked at from now on. @return false if there can be no thread for it now */
    boolean add(Turn turn) {
        lock.lock();
        try {
            if (!running) {
                Thread.ofPlatform().name("fuse-turns").daemon().start(this::watch);
                running = true;
            }
            fresh.add(turn);
            asked.signal();
            return true;
        } catch (OutOfMemoryError noThread) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        List<Turn> turns = new ArrayList<>();
        while (take(turns)) {
            turns.removeIf(turn -> !turn.look(QUIET_MAX));
        }
    }

    /** Waits for the next time to look. @return whether there is anything to look at */
    private boolean take(List<Turn> turns) {
        lock.lock();
        try {
            if (turns.isEmpty()) {
                long left = SPARE_TIME.toNanos();
                while (fresh.isEmpty() && left > 0) {
                    left = asked.awaitNanos(left);
                }
            }
            turns.addAll(fresh);
            fresh.clear();
            if (turns.isEmpty()) {
                running = false;
                return false;
            }
        } catch (InterruptedException ignored) {
            // nobody has any business interrupting this thread
            return true;
        } finally {
            lock.unlock();
        }
        LockSupport.parkNanos(PERIOD.toNanos());
        return true;
    }
}
