package dev.lockstep.fuse.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody reads as long as a thread can be had, and nobody is kept that is not needed. */
class TurnTest {
    private static final int SEATS_MAX = 3;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What a device would hold: requests, each served with the seat of who reads it. */
    private final LinkedBlockingQueue<Consumer<Turn.Seat>> device = new LinkedBlockingQueue<>();

    private final Set<Thread> served = ConcurrentHashMap.newKeySet();
    private final AtomicInteger held = new AtomicInteger();
    private final CountDownLatch letGo = new CountDownLatch(1);
    private volatile boolean scarce;
    private volatile boolean disconnected;
    private Turn turn;

    @AfterEach
    void end() throws Exception {
        letGo.countDown();
        endConnection();
        assertTrue(turn.awaitEnd(LIMIT), "threads are left");
    }

    private void endConnection() {
        disconnected = true;
        device.add(seat -> {});
    }

    private void begin(Duration spareTime) {
        turn = new Turn(SEATS_MAX, spareTime, this::start, new TurnWatch());
        turn.begin();
    }

    private boolean start(Turn.Seat seat) {
        if (!scarce) {
            Thread.ofPlatform().daemon().start(() -> readAndServe(seat));
        }
        return !scarce;
    }

    private void readAndServe(Turn.Seat seat) {
        try {
            do {
                Consumer<Turn.Seat> request = device.take();
                if (disconnected) {
                    turn.end();
                    device.add(request);
                    return;
                }
                seat.serving();
                request.accept(seat);
                served.add(Thread.currentThread());
            } while (seat.served());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            turn.leave();
        }
    }

    private void hold(Turn.Seat seat) {
        held.incrementAndGet();
        try {
            letGo.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitHeld(int requests) {
        Awaitility.await().atMost(LIMIT).until(() -> held.get() == requests);
    }

    private void request() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        device.add(seat -> done.countDown());
        assertTrue(done.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "nobody served a request");
    }

    @Test
    void givenBriefRequests_thenOneThreadServesThemAll() throws Exception {
        begin(LONG);
        for (int i = 0; i < 1000; i++) {
            device.add(seat -> {});
        }
        request();
        // one more than that only if the machine held it up in the middle of one
        assertTrue(served.size() <= SEATS_MAX);
        assertTrue(turn.seats() <= SEATS_MAX);
    }

    @Test
    void givenARequestThatIsHeldUp_thenAnotherThreadServesTheNext() throws Exception {
        begin(LONG);
        device.add(this::hold);
        request();
        awaitHeld(1);
    }

    @Test
    void givenAQuietTime_whenARequestIsHeldUp_thenAnotherThreadServesTheNext() throws Exception {
        begin(LONG);
        for (int i = 0; i < 5; i++) {
            request();
            awaitUnwatched();
        }
        device.add(this::hold);
        request();
        awaitHeld(1);
    }

    /** Until nobody looks at the turn any more. */
    private void awaitUnwatched() {
        Awaitility.await().atMost(LIMIT).until(() -> !turn.isWatched());
    }

    @Test
    void givenTheTurnIsPassed_thenAnotherThreadReadsAtOnce() throws Exception {
        begin(LONG);
        CountDownLatch passed = new CountDownLatch(1);
        device.add(seat -> {
            if (seat.pass()) {
                passed.countDown();
            }
            hold(seat);
        });
        request();
        assertTrue(passed.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void givenAsManyHeldUpAsThereMayBe_thenTheTurnCannotBePassed_andWhoIsFreeFirstTakesIt() throws Exception {
        begin(LONG);
        CountDownLatch free = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        device.add(seat -> {
            if (seat.pass()) {
                await(free);
            }
        });
        device.add(this::hold);
        device.add(seat -> {
            if (!seat.pass()) {
                refused.countDown();
            }
            hold(seat);
        });
        assertTrue(refused.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertEquals(SEATS_MAX, turn.seats());
        free.countDown();
        request();
        awaitHeld(2);
    }

    @Test
    void givenNoThreadCanBeHad_whenARequestIsHeldUp_thenItIsServedAndTheNextOneIsToo() throws Exception {
        begin(LONG);
        scarce = true;
        CountDownLatch free = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        device.add(seat -> {
            if (!seat.pass()) {
                refused.countDown();
            }
            await(free);
        });
        assertTrue(refused.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
        free.countDown();
        request();
        scarce = false;
        device.add(this::hold);
        request();
    }

    @Test
    void givenThreadsThatAreNotNeeded_thenTheyEnd() throws Exception {
        begin(Duration.ofMillis(1));
        device.add(this::hold);
        device.add(this::hold);
        request();
        assertEquals(SEATS_MAX, turn.seats());
        letGo.countDown();
        Awaitility.await().atMost(LIMIT).until(() -> turn.seats() == 1);
        request();
    }

    @Test
    void givenSpareThreads_whenTheConnectionEnds_thenTheyDoNotWaitAnyLonger() throws Exception {
        begin(LONG);
        device.add(this::hold);
        request();
        letGo.countDown();
        endConnection();
        assertTrue(turn.awaitEnd(LIMIT));
        assertEquals(0, turn.seats());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
