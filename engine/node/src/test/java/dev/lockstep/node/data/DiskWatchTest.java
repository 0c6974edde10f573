package dev.lockstep.node.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.InterceptedTree;
import dev.lockstep.api.fs.Opener;
import dev.lockstep.core.mirror.DiskHealth;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.module.ModulePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a disk counts as bad, and when it does not. */
class DiskWatchTest {
    private static final long PERIOD = 5_000;
    private static final long LIMIT = 45_000;

    private final List<DiskHealth> told = new ArrayList<>();
    private final Deque<Runnable> attempts = new ArrayDeque<>();
    private final Disk disk = new Disk();
    private boolean refused;
    private final DiskWatch watch = new DiskWatch(
            new ModulePlan.DiskTest(Duration.ofMillis(PERIOD), Duration.ofMillis(LIMIT)),
            () -> List.of(disk),
            () -> refused,
            attempts::add,
            new DataEvents() {
                @Override
                public void event(Event event) {
                    told.add(((Event.DiskChanged) event).health());
                }

                @Override
                public void log(LogLevel level, String origin, String text) {
                    throw new AssertionError(text);
                }
            });

    private void live(long millis) {
        for (long lived = 0; lived < millis; lived += 100) {
            watch.lived(100);
        }
    }

    private void attempt() {
        live(PERIOD);
        attempts.remove().run();
    }

    @Test
    void givenADiskThatWorks_whenItIsTriedAgainAndAgain_thenNothingIsTold() {
        for (int i = 0; i < 10; i++) {
            attempt();
        }
        assertEquals(List.of(), told);
    }

    @Test
    void givenOneAttemptThatFails_whenTheNextSucceeds_thenItWasAnAccident() {
        disk.fails = true;
        attempt();
        disk.fails = false;
        attempt();
        assertEquals(List.of(), told);
    }

    @Test
    void givenADiskThatGoesOnFailing_whenItWorksAgain_thenBothAreToldOnce() {
        disk.fails = true;
        for (int i = 0; i < 5; i++) {
            attempt();
        }
        disk.fails = false;
        attempt();
        attempt();
        assertEquals(List.of(DiskHealth.ERRORS, DiskHealth.GOOD), told);
    }

    @Test
    void givenAnAttemptThatDoesNotEnd_whenTimePasses_thenTheDiskHangsAndNoOtherAttemptIsBegun() {
        live(PERIOD);
        live(3 * LIMIT);
        assertEquals(List.of(DiskHealth.HANGS), told);
        assertEquals(1, attempts.size());
        attempts.remove().run();
        assertEquals(List.of(DiskHealth.HANGS, DiskHealth.GOOD), told);
    }

    @Test
    void givenAnAttemptUnderWay_whenTheProcessWasPaused_thenThePauseIsNoSilenceOfTheDisk() {
        live(PERIOD);
        watch.lived(10 * LIMIT);
        assertEquals(List.of(), told);
    }

    @Test
    void givenADiskThatRefusedData_whenThisCopyWasCompared_thenItIsGoodAgain() {
        refused = true;
        live(100);
        refused = false;
        live(100);
        assertEquals(List.of(DiskHealth.REFUSED, DiskHealth.GOOD), told);
    }

    /** A directory of which only the disk matters. */
    private static final class Disk implements InterceptedTree {
        private boolean fails;

        @Override
        public void probe() throws IOException {
            if (fails) {
                throw new IOException("writing a block failed with errno 5");
            }
        }

        @Override
        public BackingTree backing() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void expose(Exposure exposure) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void abort() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void conceal() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Opener> openers() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void guard() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void withdraw() {
            throw new UnsupportedOperationException();
        }
    }
}
