package dev.lockstep.replication.kit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A disk that stalls: the first operation it is asked for takes until it is let go; the others go on. */
public final class Stall implements Runnable {
    private static final long WAIT_SECONDS = 60;

    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);

    @Override
    public void run() {
        if (begun.compareAndSet(false, true)) {
            reached.countDown();
            await(gone, WAIT_SECONDS);
        }
    }

    /** Waits until an operation hangs. */
    public void awaitReached() {
        if (!await(reached, WAIT_SECONDS)) {
            throw new AssertionError("no operation came to the disk that stalls");
        }
    }

    /** The operation that hangs goes on. */
    public void end() {
        gone.countDown();
    }

    private static boolean await(CountDownLatch latch, long seconds) {
        try {
            return latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
