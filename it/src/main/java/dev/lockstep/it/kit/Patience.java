package dev.lockstep.it.kit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for something to become true, never for time to pass. */
public final class Patience {
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();

    private Patience() {}

    /**
     * Returns as soon as {@code condition} holds.
     *
     * @param what what is waited for, as it should read in a failure: {@code "node2 to be ALONE"}
     * @param seen what there is instead, asked once at a failure
     * @throws KitFailure if it did not hold within {@code limit}
     */
    public static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> seen) {
        long started = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - started > limit.toNanos()) {
                throw new KitFailure(
                        "waited " + limit.toMillis() + " ms in vain for " + what + "; there is: " + seen.get());
            }
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new KitFailure("interrupted while waiting for " + what);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** As {@link #until(String, Duration, BooleanSupplier, Supplier)}, with nothing more to say at a failure. */
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        until(what, limit, condition, () -> "nothing of the kind");
    }

    /** Asserts that {@code condition} goes on holding for {@code time}. */
    public static void holds(String what, Duration time, BooleanSupplier condition, Supplier<String> seen) {
        long started = System.nanoTime();
        while (System.nanoTime() - started < time.toNanos()) {
            if (!condition.getAsBoolean()) {
                throw new KitFailure(what + " did not last " + time.toMillis() + " ms; there is: " + seen.get());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
