package dev.lockstep.node.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Mailbox mailbox = new Mailbox(Thread::startVirtualThread, new Mailbox.Owner() {
        @Override
        public void handle(Runnable message) {
            message.run();
        }

        @Override
        public void passed(long millis) {
            handled.add("passed " + millis);
        }
    });

    @BeforeEach
    void holdUp() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        mailbox.start();
        mailbox.post(() -> {
            held.countDown();
            awaitGate();
        });
        assertTrue(held.await(10, TimeUnit.SECONDS));
    }

    private void awaitGate() {
        try {
            assertTrue(gate.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        gate.countDown();
        mailbox.close();
        assertTrue(mailbox.join(Duration.ofSeconds(10)));
    }

    private void letGo() throws InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        mailbox.deliver(last::countDown);
        gate.countDown();
        assertTrue(last.await(10, TimeUnit.SECONDS));
    }

    @Test
    void givenASlowModule_whenTicksPileUp_thenItGetsOneLongTickBehindWhatWasHeardBefore() throws InterruptedException {
        mailbox.post(() -> handled.add("heard"));
        mailbox.tick(50);
        mailbox.tick(50);
        mailbox.tick(60);
        letGo();
        assertEquals(List.of("heard", "passed 160"), handled);
    }

    @Test
    void givenAFullBox_whenMoreArrives_thenItIsRefusedAndOutcomesOfOwnActionsAreNot() throws InterruptedException {
        for (int i = 0; i < Mailbox.CAPACITY; i++) {
            assertTrue(mailbox.post(() -> {}));
        }
        assertFalse(mailbox.post(() -> handled.add("command")));
        mailbox.deliver(() -> handled.add("outcome"));
        letGo();
        assertEquals(List.of("outcome"), handled);
    }

    @Test
    void givenAClosedBox_whenAMessageIsPosted_thenItIsRefused() {
        mailbox.close();
        assertFalse(mailbox.post(() -> handled.add("late")));
    }
}
