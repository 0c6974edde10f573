package dev.lockstep.node.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final SharedThreads threads = new SharedThreads();
    private final List<Integer> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @AfterEach
    void close() {
        threads.close();
    }

    private Lane lane(int capacity) {
        return new Lane("a lane", threads.hands(), capacity);
    }

    private void hang() {
        hanging.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            interrupted.countDown();
        }
    }

    @Test
    void givenManyActions_thenTheyAreDoneInOrderAndAllBeforeTheEnd() throws InterruptedException {
        Lane lane = lane(1_000);
        IntStream.range(0, 1_000).forEach(i -> lane.submit(() -> done.add(i)));
        assertTrue(lane.join(SOON));
        assertEquals(IntStream.range(0, 1_000).boxed().toList(), done);
        assertThrows(RejectedExecutionException.class, () -> lane.submit(() -> done.add(-1)));
    }

    @Test
    void givenALaneThatHangs_thenTooMuchIsRefusedAndTheEndInterruptsIt() throws InterruptedException {
        Lane lane = lane(1);
        lane.submit(this::hang);
        assertTrue(hanging.await(30, TimeUnit.SECONDS));
        lane.submit(() -> done.add(1));
        assertThrows(RejectedExecutionException.class, () -> lane.submit(() -> done.add(2)));
        assertFalse(lane.join(Duration.ofMillis(1)));
        assertTrue(interrupted.await(30, TimeUnit.SECONDS));
    }

    @Test
    void givenAnActionThatFails_thenThoseBehindItAreDone() throws InterruptedException {
        Lane lane = lane(10);
        lane.submit(this::hang);
        lane.submit(() -> {
            throw new IllegalStateException("thrown by the test");
        });
        lane.submit(() -> done.add(1));
        assertTrue(hanging.await(30, TimeUnit.SECONDS));
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("a lane"))
                .forEach(Thread::interrupt);
        assertTrue(lane.join(SOON));
        assertEquals(List.of(1), done);
    }
}
