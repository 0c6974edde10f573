package dev.lockstep.replication.engine;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.words.Trouble;
import dev.lockstep.replication.reintegration.ReintegrationSource;
import dev.lockstep.replication.stream.Gate.Admission;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the activity log of a pair short: every now and then a new segment is begun; once everything marked in the old one is acknowledged
 * by the peer and on both disks, the old one is dropped. After a crash exactly what is in the two segments is in doubt.
 */
final class Rotation {

    private static final Duration DRAIN_MAX = Duration.ofSeconds(30);

    private final House house;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile long lastAt;

    /** Told once, and again after it went well in between. Owned by who rotates. */
    private volatile boolean failing;

    Rotation(House house) {
        this.house = house;
        this.lastAt = house.time().nanoTime();
    }

    /** Begins a rotation if it is time and there is something to settle. Does not block. */
    void maybe(PrimarySession session, SessionCheck check, Duration period) {
        boolean due = !house.gate().marksStay()
                && house.time().nanoTime() - lastAt > period.toNanos()
                && house.copy().map().size() > 0;
        if (due && running.compareAndSet(false, true)) {
            house.pool().execute(() -> {
                try {
                    rotate(session, check);
                    failing = false;
                } catch (IOException e) {
                    // the link tells the rest; marks stay, which is safe
                    if (!failing) {
                        failing = true;
                        house.teller().trouble("The activity log could not be shortened: " + Trouble.of(e));
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    lastAt = house.time().nanoTime();
                    running.set(false);
                }
            });
        }
    }

    /** Whether a session is still the primary's living one; asked in the engine's lock. */
    @FunctionalInterface
    interface SessionCheck {
        boolean streaming();
    }

    private void rotate(PrimarySession session, SessionCheck check) throws IOException, InterruptedException {
        synchronized (house.lock()) {
            if (!check.streaming() || house.gate().admission() != Admission.ADMIT) {
                // a hand-over has closed the gate: it must not be opened again behind its back
                return;
            }
            if (!house.copy().map().tracks()) {
                return;
            }
            if (!house.copy().map().rotating()) {
                house.copy().map().rotate();
                house.gate().switchTo(Admission.ADMIT, house.copy().map().inPair());
            }
        }
        if (!house.gate().awaitDrained(DRAIN_MAX)) {
            return;
        }
        Duration limit = house.settings().get().lockTimeout();
        if (!session.stream().awaitAcknowledged(session.stream().lastSequence(), limit)) {
            return;
        }
        List<BackingTree> trees = house.trees().get();
        try {
            ReintegrationSource.syncBoth(session.requests(), trees, house.disk());
        } catch (IOException e) {
            // that the next attempt succeeds says nothing
            house.gate().keepMarks();
            throw e;
        }
        synchronized (house.lock()) {
            if (check.streaming() && !house.gate().marksStay()) {
                house.copy().map().dropPrevious();
                house.copy().synchronizedAt(house.time().wallMillis());
            }
        }
    }
}
