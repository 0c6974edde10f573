package dev.lockstep.mina;

import dev.lockstep.mina.HeartbeatCodec.Envelope;
import dev.lockstep.mina.HeartbeatCodec.Nonce;
import dev.lockstep.mina.HeartbeatCodec.Purpose;
import java.util.function.Supplier;

/**
 * Decides which authentic datagrams are fresh, without a clock. Pure, not thread-safe.
 *
 * <p>Each side names its session with a nonce and repeats (echoes) the nonce it learned from the other. A datagram is fresh
 * only if it echoes a nonce that I made for exactly this session, so nothing recorded before can be; within a session the
 * counter and a sliding window refuse repetitions.
 *
 * <p>A datagram of a session I do not know teaches its nonce and is answered by a hello with a nonce of mine that was never
 * part of a session ({@code offered}). Whoever echoes that one is alive now: the two nonces become the session, and the next
 * offer is a new one. So a former session cannot be revived, and a replay cannot displace the session there is: the answer
 * to it goes to the true peer, who ignores hellos that do not echo a nonce it is using.
 */
final class HeartbeatSession {
    private final Supplier<Nonce> nonces;

    /** The nonce for whoever is unknown. */
    private Nonce offered;

    /** The last unknown nonce seen, to be echoed while there is no session. */
    private Nonce candidate = Nonce.NONE;

    private Pair session;
    private long counter;

    /** What to do with a datagram. */
    enum Verdict {
        /** Fresh: deliver its payload, if it is one. */
        FRESH,
        /** Fresh, and the first of a new session: send {@link #answer} so that the peer has it too. */
        FRESH_AND_NEW,
        /** Not fresh; it introduces a session: send {@link #answer}. */
        INTRODUCTION,
        /** Not fresh although it claims a session: refuse it, but send {@link #answer}. */
        STALE,
        /** Seen before, too old for the window, or an answer to somebody else: refuse it. */
        REPLAYED
    }

    private record Pair(Nonce mine, Nonce peers, ReplayWindow window) {}

    /** @param nonces a source of random nonces */
    HeartbeatSession(Supplier<Nonce> nonces) {
        this.nonces = nonces;
        this.offered = nonces.get();
    }

    /** Whether a fresh datagram has arrived since the last change of the peer's session. */
    boolean established() {
        return session != null;
    }

    /** The envelope of the next datagram that is no answer. */
    Envelope next(Purpose purpose) {
        return session == null
                ? new Envelope(purpose, offered, candidate, counter++)
                : new Envelope(purpose, session.mine(), session.peers(), counter++);
    }

    /** The hello that answers a datagram just judged. */
    Envelope answer(Envelope received) {
        Nonce mine = session != null && session.peers().equals(received.nonce()) ? session.mine() : offered;
        return new Envelope(Purpose.HELLO, mine, received.nonce(), counter++);
    }

    Verdict judge(Envelope received) {
        if (session != null
                && received.nonce().equals(session.peers())
                && received.echo().equals(session.mine())) {
            return session.window().accepts(received.counter()) ? Verdict.FRESH : Verdict.REPLAYED;
        }
        if (received.nonce().equals(Nonce.NONE)) {
            return Verdict.REPLAYED;
        }
        if (received.echo().equals(offered)) {
            session = new Pair(offered, received.nonce(), new ReplayWindow(received.counter()));
            offered = nonces.get();
            return Verdict.FRESH_AND_NEW;
        }
        boolean echoesNothing = received.echo().equals(Nonce.NONE);
        boolean echoesSession = session != null && received.echo().equals(session.mine());
        if (received.purpose() == Purpose.HELLO && !echoesNothing && !echoesSession) {
            return Verdict.REPLAYED;
        }
        if (session == null) {
            candidate = received.nonce();
        }
        return echoesNothing || received.purpose() == Purpose.HELLO ? Verdict.INTRODUCTION : Verdict.STALE;
    }

    /** The counters of one session already seen, as far back as {@link #WIDTH}. */
    static final class ReplayWindow {
        /** Datagrams that may overtake another before it is refused. */
        static final int WIDTH = Long.SIZE;

        private long highest;
        /** Bit i: highest - i was seen. */
        private long seen = 1;

        ReplayWindow(long first) {
            this.highest = first;
        }

        boolean accepts(long counter) {
            long behind = highest - counter;
            if (counter > highest) {
                long ahead = counter - highest;
                seen = ahead >= WIDTH ? 1 : seen << ahead | 1;
                highest = counter;
                return true;
            }
            if (behind < 0 || behind >= WIDTH || (seen >>> behind & 1) == 1) {
                return false;
            }
            seen |= 1L << behind;
            return true;
        }
    }
}
