package dev.lockstep.mina;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timers and threads of one transport. The timer thread exists only while there is something to time; tasks on it must not
 * block. Threads are daemons.
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration THREAD_IDLE = Duration.ofSeconds(10);

    private final String name;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<Duration, Round> rounds = new HashMap<>();

    Housekeeping(String name) {
        this.name = name;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name + "-timer").factory());
        timer.setKeepAliveTime(THREAD_IDLE.toMillis(), TimeUnit.MILLISECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Runs a task again and again until the answer is closed; a task that throws is reported and goes on. Tasks of one period run one after
     * the other in one round, so that many links cost one wake-up.
     */
    Repetition every(Duration period, Runnable task) {
        Runnable guarded = guarded(task);
        synchronized (rounds) {
            Round round = rounds.computeIfAbsent(period, Round::new);
            round.tasks.add(guarded);
            return () -> end(round, guarded);
        }
    }

    /** Something that is done again and again. */
    interface Repetition extends AutoCloseable {
        /** Ends it; it may be done once more. */
        @Override
        void close();
    }

    private final class Round {
        private final Duration period;
        private final List<Runnable> tasks = new CopyOnWriteArrayList<>();
        private final Future<?> timed;

        Round(Duration period) {
            this.period = period;
            timed = timer.scheduleWithFixedDelay(
                    () -> tasks.forEach(Runnable::run), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void end(Round round, Runnable task) {
        synchronized (rounds) {
            if (round.tasks.remove(task) && round.tasks.isEmpty()) {
                rounds.remove(round.period);
                round.timed.cancel(false);
            }
        }
    }

    /** Runs a task once, later. */
    void after(Duration delay, Runnable task) {
        Future<?> _ = timer.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** One new daemon thread per task: MINA's loops run as long as their sockets. */
    Executor threads() {
        return this::thread;
    }

    /** A new daemon thread for one task. */
    Thread thread(Runnable task) {
        return Thread.ofPlatform().daemon().name(name).start(task);
    }

    /** Runs a task that may block, such as waiting for a MINA loop to end, on a thread of its own. */
    Thread aside(Runnable task) {
        return Thread.ofVirtual().name(name + "-aside").start(guarded(task));
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a periodic or deferred task of the transport failed", e);
            }
        };
    }
}
