package dev.lockstep.node.threads;

import dev.lockstep.node.heartbeat.Ticker;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that the modules of a daemon share. A module that is held up, by its disk, its hooks or a defect, holds up no other one:
 *
 * <ul>
 *   <li>{@link #carriers} handle what does not wait, the mail of the modules, on one thread, however many modules get some at
 *       once. Should one wait all the same, another thread takes its place after {@link #STUCK_MILLIS}.
 *   <li>{@link #hands} do what may wait. There are as many of them as there are tasks; those without one end after a while. Who gives
 *       tasks sees to it that they are few: one at a time for each purpose of a module ({@link Lane}).
 * </ul>
 */
public final class SharedThreads implements Ticker.Listener, AutoCloseable {
    /** Threads that carry mail when none of them is stuck: one that wakes up for many modules costs less than many. */
    private static final int CARRIERS = 1;

    /** A thread that has been at one task for so long does not count any more. */
    private static final long STUCK_MILLIS = 100;

    private static final long IDLE_SECONDS = 10;

    private final Set<Turn> turns = ConcurrentHashMap.newKeySet();

    private final ThreadPoolExecutor carriers = new ThreadPoolExecutor(
            CARRIERS,
            CARRIERS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon(true).name("lockstep-mail-", 0).factory());

    private final ThreadPoolExecutor hands = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon(true).name("lockstep-hand-", 0).factory());

    /** A task under way. */
    private static final class Turn {
        /** Only used by who tells that time passes. */
        private long millis;
    }

    /** Runs short tasks that do not wait. */
    public Executor carriers() {
        return task -> carriers.execute(() -> carry(task));
    }

    private void carry(Runnable task) {
        Turn turn = new Turn();
        turns.add(turn);
        try {
            task.run();
        } finally {
            turns.remove(turn);
        }
    }

    /** Runs tasks that may wait. */
    public Executor hands() {
        return hands;
    }

    /** Sees to it that there are carriers that are not stuck. */
    @Override
    public void ticked(long millis) {
        int stuck = 0;
        for (Turn turn : turns) {
            turn.millis += millis;
            stuck += turn.millis >= STUCK_MILLIS ? 1 : 0;
        }
        int wanted = CARRIERS + stuck;
        if (carriers.getCorePoolSize() < wanted) {
            carriers.setMaximumPoolSize(wanted);
            carriers.setCorePoolSize(wanted);
        } else if (carriers.getCorePoolSize() > wanted) {
            carriers.setCorePoolSize(wanted);
            carriers.setMaximumPoolSize(wanted);
        }
    }

    /** Takes no more tasks; those that were given are still done. */
    @Override
    public void close() {
        carriers.shutdown();
        hands.shutdown();
    }
}
