package dev.lockstep.mina;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.mina.HeartbeatCodec.Envelope;
import dev.lockstep.mina.HeartbeatCodec.Nonce;
import dev.lockstep.mina.HeartbeatCodec.Purpose;
import dev.lockstep.mina.HeartbeatSession.ReplayWindow;
import dev.lockstep.mina.HeartbeatSession.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeartbeatSessionTest {
    private long lastNonce;

    private HeartbeatSession session() {
        return new HeartbeatSession(() -> new Nonce(7, ++lastNonce));
    }

    @Test
    void givenTwoNewSessions_whenTheFirstDatagramIsAnswered_thenTheSecondOneCounts() {
        HeartbeatSession a = session();
        HeartbeatSession b = session();
        Envelope first = a.next(Purpose.PAYLOAD);
        assertEquals(Verdict.INTRODUCTION, b.judge(first));
        Envelope answer = b.answer(first);
        assertEquals(Verdict.FRESH_AND_NEW, a.judge(answer));
        assertEquals(Verdict.FRESH_AND_NEW, b.judge(a.next(Purpose.PAYLOAD)), "one round trip after the first");
        assertEquals(Verdict.FRESH, b.judge(a.next(Purpose.PAYLOAD)));
        assertEquals(Verdict.FRESH, a.judge(b.next(Purpose.PAYLOAD)));
    }

    @Test
    void givenASession_whenADatagramComesAgain_thenItIsReplayed() {
        HeartbeatSession a = session();
        HeartbeatSession b = session();
        establish(a, b);
        Envelope datagram = a.next(Purpose.PAYLOAD);
        assertEquals(Verdict.FRESH, b.judge(datagram));
        assertEquals(Verdict.REPLAYED, b.judge(datagram));
    }

    @Test
    void givenASession_whenAFormerLifeOfThePeerIsReplayed_thenTheSessionStaysAndNothingCounts() {
        HeartbeatSession former = session();
        HeartbeatSession b = session();
        List<Envelope> recorded = new ArrayList<>();
        recorded.add(former.next(Purpose.PAYLOAD));
        establish(former, b);
        for (int i = 0; i < 10; i++) {
            recorded.add(former.next(i % 2 == 0 ? Purpose.PAYLOAD : Purpose.HELLO));
        }
        HeartbeatSession a = session();
        establish(a, b);
        for (Envelope old : recorded) {
            Verdict verdict = b.judge(old);
            assertFalse(verdict == Verdict.FRESH || verdict == Verdict.FRESH_AND_NEW, verdict + " for " + old);
            if (verdict != Verdict.REPLAYED) {
                assertEquals(
                        Verdict.REPLAYED, a.judge(b.answer(old)), "the true peer ignores an answer to its former life");
            }
            assertEquals(Verdict.FRESH, b.judge(a.next(Purpose.PAYLOAD)), "the session was not displaced");
            assertEquals(Verdict.FRESH, a.judge(b.next(Purpose.PAYLOAD)));
        }
    }

    @Test
    void givenACounterWindow_whenCountersComeInAnyOrder_thenEachCountsOnceWithinTheWindow() {
        ReplayWindow window = new ReplayWindow(100);
        assertFalse(window.accepts(100));
        assertTrue(window.accepts(99));
        assertFalse(window.accepts(99));
        assertTrue(window.accepts(100 - ReplayWindow.WIDTH + 1));
        assertFalse(window.accepts(100 - ReplayWindow.WIDTH), "behind the window");
        assertTrue(window.accepts(100 + ReplayWindow.WIDTH - 1));
        assertTrue(window.accepts(101));
        assertFalse(window.accepts(100), "remembered at the edge of the window");
        assertTrue(window.accepts(Long.MAX_VALUE));
        assertFalse(window.accepts(Long.MIN_VALUE));
        assertFalse(window.accepts(0));
    }

    /** Lets two sessions exchange until both count each other's datagrams; answers after how many rounds. */
    private static int establish(HeartbeatSession a, HeartbeatSession b) {
        for (int round = 1; round < 10; round++) {
            boolean toB = exchange(a, b, a.next(Purpose.PAYLOAD));
            boolean toA = exchange(b, a, b.next(Purpose.PAYLOAD));
            if (toA && toB) {
                return round;
            }
        }
        throw new AssertionError("no session after ten rounds");
    }

    /** Delivers a datagram, and answers to it and to them, without loss. Says whether the datagram counted. */
    private static boolean exchange(HeartbeatSession from, HeartbeatSession to, Envelope datagram) {
        Verdict verdict = to.judge(datagram);
        boolean counted = verdict == Verdict.FRESH || verdict == Verdict.FRESH_AND_NEW;
        int answers = 0;
        HeartbeatSession sender = from;
        HeartbeatSession receiver = to;
        Envelope last = datagram;
        while (verdict != Verdict.FRESH && verdict != Verdict.REPLAYED) {
            assertTrue(++answers < 10, "answers without end");
            last = receiver.answer(last);
            HeartbeatSession swap = sender;
            sender = receiver;
            receiver = swap;
            verdict = receiver.judge(last);
        }
        return counted;
    }

    /**
     * Any schedule: loss, delay, duplication, restarts of both sides and replays of everything ever said. No payload counts
     * twice, none of a dead life counts once the receiver heard the new one, and as soon as the network works the two find
     * each other within three rounds.
     */
    @Test
    void givenAnyScheduleOfFaults_whenTheNetworkWorksAgain_thenBothFindEachOtherAndNothingCountedTwice() {
        for (long seed = 0; seed < 3000; seed++) {
            new Schedule(seed).run();
        }
    }

    private final class Schedule {
        private final long seed;
        private final Random random;
        private final HeartbeatSession[] node = {session(), session()};
        private final List<List<Envelope>> said = List.of(new ArrayList<>(), new ArrayList<>());
        private final List<Set<Envelope>> counted = List.of(new HashSet<>(), new HashSet<>());

        Schedule(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            int steps = random.nextInt(200);
            for (int i = 0; i < steps; i++) {
                int who = random.nextInt(2);
                switch (random.nextInt(20)) {
                    case 0 -> node[who] = session();
                    case 1, 2, 3, 4, 5, 6, 7 -> say(who, node[who].next(Purpose.PAYLOAD));
                    default -> hear(1 - who, said.get(who));
                }
            }
            int rounds = establish(node[0], node[1]);
            assertTrue(rounds <= 3, "seed " + seed + ": " + rounds + " rounds");
        }

        private void say(int who, Envelope envelope) {
            said.get(who).add(envelope);
            if (random.nextBoolean()) {
                judge(1 - who, envelope);
            }
        }

        /** Something the other side ever said arrives: late, again, or out of order. */
        private void hear(int who, List<Envelope> everSaid) {
            if (!everSaid.isEmpty()) {
                judge(who, everSaid.get(random.nextInt(everSaid.size())));
            }
        }

        private void judge(int who, Envelope envelope) {
            Verdict verdict = node[who].judge(envelope);
            if (verdict == Verdict.FRESH || verdict == Verdict.FRESH_AND_NEW) {
                assertTrue(counted.get(who).add(envelope), "seed " + seed + ": counted twice: " + envelope);
            }
            if (verdict != Verdict.FRESH && verdict != Verdict.REPLAYED) {
                Envelope answer = node[who].answer(envelope);
                assertNotEquals(Nonce.NONE, answer.echo(), "seed " + seed);
                said.get(who).add(answer);
                if (random.nextInt(4) != 0) {
                    judge(1 - who, answer);
                }
            }
        }
    }
}
