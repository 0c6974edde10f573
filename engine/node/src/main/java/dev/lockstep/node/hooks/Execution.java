package dev.lockstep.node.hooks;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a hook on its way: a thread that runs it, and a second, cheap one that watches the time and answers. Giving up goes in
 * steps: the call may use nothing of the engine any more, its thread is interrupted again and again (which kills the process it
 * waits for), and if even that does not end it, it is left behind.
 */
final class Execution implements HookRun {
    /** How long an interrupted hook has to end before it is left behind. */
    static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration INTERRUPT_EVERY = Duration.ofMillis(50);
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private final String name;
    private final Duration limit;
    private final Callable<HookOutcome> body;
    private final Listener listener;
    private final Consumer<HookOutcome> done;
    private final Thread thread;
    private final CountDownLatch woken = new CountDownLatch(1);
    private volatile HookOutcome outcome;
    private final CountDownLatch givenUp = new CountDownLatch(1);

    /** Told what is worth a log line. */
    interface Listener {
        /** The call ended or was given up; {@code left} when its thread still runs and was left behind. */
        void ended(HookOutcome outcome, boolean left);

        /** A thread that had been left behind ended after all. */
        void endedAfterAll();
    }

    Execution(
            String name,
            Duration limit,
            ClassLoader loader,
            Callable<HookOutcome> body,
            Listener listener,
            Consumer<HookOutcome> done) {
        this.name = name;
        this.limit = limit;
        this.body = body;
        this.listener = listener;
        this.done = done;
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
        thread.setContextClassLoader(loader);
    }

    void start() {
        thread.start();
        Thread.ofVirtual().name("watch " + name).start(this::watch);
    }

    /** Whether the call still counts: false once it was given up. */
    boolean live() {
        return givenUp.getCount() > 0;
    }

    /** Lets time pass, less when the call is given up meanwhile. */
    void pause(Duration time) throws InterruptedException {
        if (givenUp.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new HookGivenUp();
        }
    }

    @Override
    public void abandon() {
        woken.countDown();
    }

    private void run() {
        HookOutcome result;
        try {
            result = body.call();
        } catch (Throwable thrown) {
            result = new HookOutcome.Failed(thrown.toString());
        }
        outcome = result;
        woken.countDown();
    }

    private void watch() {
        try {
            boolean inTime = woken.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            HookOutcome ended = outcome;
            if (ended != null) {
                answer(ended, false);
                return;
            }
            givenUp.countDown();
            boolean left = !interrupted();
            answer(
                    new HookOutcome.TimedOut(
                            inTime
                                    ? "given up by the engine"
                                    : "not ended within " + limit.toMillis() / 1000.0 + " s, given up"),
                    left);
            if (left) {
                thread.join();
                listener.endedAfterAll();
            }
        } catch (InterruptedException foreign) {
            LOG.error("{}: the watch over a hook was interrupted", name, foreign);
            answer(new HookOutcome.Failed("the watch over the hook was interrupted"), false);
        }
    }

    private boolean interrupted() throws InterruptedException {
        long end = System.nanoTime() + GRACE.toNanos();
        while (System.nanoTime() < end) {
            thread.interrupt();
            if (thread.join(INTERRUPT_EVERY)) {
                return true;
            }
        }
        return false;
    }

    private void answer(HookOutcome ended, boolean left) {
        try {
            listener.ended(ended, left);
        } finally {
            done.accept(ended);
        }
    }
}
