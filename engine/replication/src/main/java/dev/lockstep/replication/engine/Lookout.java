package dev.lockstep.replication.engine;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Looks at deadlines, keeps the rates and the activity log short, as long as there is anything to look at ({@link Unrest}). */
final class Lookout {
    private static final long TICK_MILLIS = 100;
    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final House house;
    private final Sessions sessions;
    private final Duration rotationPeriod;
    private final Rotation rotation;
    private final Rates rates = new Rates();
    private final AtomicBoolean looking = new AtomicBoolean();

    // owned by who tells that time passes
    private final Unrest unrest;
    private long untilTickMillis = TICK_MILLIS;

    // owned by who looks
    private long sampledAt;

    Lookout(House house, Sessions sessions, Duration rotationPeriod) {
        this.house = house;
        this.sessions = sessions;
        this.rotationPeriod = rotationPeriod;
        this.rotation = new Rotation(house);
        this.unrest = new Unrest(sessions, house.copy().map());
        this.sampledAt = house.time().nanoTime() - SAMPLE_NANOS;
    }

    Rates rates() {
        return rates;
    }

    /** Lets time pass. Does not wait; one thread at a time. */
    void lived(long millis) {
        boolean restless = unrest.lived(millis);
        untilTickMillis -= millis;
        if (untilTickMillis > 0) {
            return;
        }
        untilTickMillis = TICK_MILLIS;
        // On a thread of this module: it needs the lock, and who holds that may wait for the disk.
        if (restless && looking.compareAndSet(false, true)) {
            try {
                house.pool().execute(this::look);
            } catch (RejectedExecutionException closed) {
                looking.set(false);
            }
        }
    }

    private void look() {
        try {
            tick();
        } catch (RuntimeException e) {
            house.teller().failed("The replication's watch met a defect of this program: " + e);
        } finally {
            looking.set(false);
        }
    }

    private void tick() {
        PrimarySession served = sessions.served();
        SecondarySession followed = sessions.followed();
        if (served != null) {
            served.check();
            if (sessions.streaming() != null) {
                rotation.maybe(served, () -> sessions.streaming() == served, rotationPeriod);
            }
        }
        if (followed != null) {
            followed.check();
        }
        long now = house.time().nanoTime();
        if (now - sampledAt >= SAMPLE_NANOS) {
            sampledAt = now;
            Totals totals = sessions.totals();
            rates.sample(now, totals.replicationBytes() + totals.appliedBytes(), totals.reintegrationBytes());
            if (served != null && served.stage() == PrimarySession.Stage.COPYING) {
                house.teller().reintegrationProgress(served.source().progress());
            }
        }
    }
}
