package dev.lockstep.node.threads;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedThreadsTest {
    private static final int MORE_THAN_CARRIERS = 5;

    private final SharedThreads threads = new SharedThreads();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        threads.close();
    }

    private void hang(CountDownLatch begun) {
        begun.countDown();
        try {
            assertTrue(end.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void givenModulesWhoseMailHangs_whenTimePasses_thenTheMailOfOthersIsCarried() throws InterruptedException {
        for (int i = 0; i < MORE_THAN_CARRIERS; i++) {
            CountDownLatch begun = new CountDownLatch(1);
            threads.carriers().execute(() -> hang(begun));
            threads.ticked(100);
            assertTrue(begun.await(30, TimeUnit.SECONDS), "number " + i);
        }
        CountDownLatch carried = new CountDownLatch(1);
        threads.carriers().execute(carried::countDown);
        threads.ticked(100);
        assertTrue(carried.await(30, TimeUnit.SECONDS));
    }

    @Test
    void givenTasksThatWait_whenAnotherIsGiven_thenItDoesNotWaitForThem() throws InterruptedException {
        for (int i = 0; i < MORE_THAN_CARRIERS; i++) {
            threads.hands().execute(() -> hang(new CountDownLatch(1)));
        }
        CountDownLatch done = new CountDownLatch(1);
        threads.hands().execute(done::countDown);
        assertTrue(done.await(30, TimeUnit.SECONDS));
    }
}
