package dev.lockstep.replication.engine;

import dev.lockstep.api.link.ReplicationLink;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The role and the sessions it has. Guarded by {@link House#lock}; the role is written by the control thread and, for the steps of a
 * reintegration, by the session in charge. What a session tells is acted upon on the control thread, and only while it is the
 * session in charge.
 */
final class Sessions implements PrimarySession.Owner, SecondarySession.Owner {
    private static final Duration SESSION_END_MAX = Duration.ofSeconds(60);

    private final House house;
    private final Executor control;
    private final Totals past = new Totals();
    private Role role = Role.WAITING;
    /** Also read without the lock, by who must not wait for it. */
    private volatile PrimarySession primary;

    private volatile SecondarySession secondary;

    /** A primary session whose end the owner has asked for: nothing it says counts any more. */
    private PrimarySession abandoned;

    Sessions(House house, Executor control) {
        this.house = house;
        this.control = control;
    }

    Role role() {
        synchronized (house.lock()) {
            return role;
        }
    }

    void role(Role next) {
        synchronized (house.lock()) {
            role = next;
        }
    }

    /** The session that serves the peer, or has lost it and is not settled; null if none. */
    PrimarySession served() {
        synchronized (house.lock()) {
            return primary;
        }
    }

    /** Whether there is a session. Takes no lock. */
    boolean any() {
        return primary != null || secondary != null;
    }

    /** Whether the session there is has deadlines that count. Takes no lock. */
    boolean restless() {
        PrimarySession serving = primary;
        SecondarySession following = secondary;
        return (serving != null && serving.restless()) || (following != null && following.restless());
    }

    /** What the sessions there are have sent and applied. Takes no lock. */
    long done() {
        PrimarySession serving = primary;
        SecondarySession following = secondary;
        return (serving == null ? 0 : serving.stream().mutations())
                + (following == null ? 0 : following.applier().applied());
    }

    /** The session that follows the primary; null if none. */
    SecondarySession followed() {
        synchronized (house.lock()) {
            return secondary;
        }
    }

    /** The session of a complete pair whose link works as far as is known; null if there is none. */
    PrimarySession streaming() {
        synchronized (house.lock()) {
            boolean streaming =
                    role == Role.PRIMARY && primary != null && primary.stage() == PrimarySession.Stage.STREAMING;
            return streaming ? primary : null;
        }
    }

    /** Begins to serve a peer, or answers null if that cannot be now. */
    PrimarySession serve(ReplicationLink link) {
        synchronized (house.lock()) {
            if (role != Role.ALONE || primary != null) {
                return null;
            }
            primary = new PrimarySession(house, link, this);
            return primary;
        }
    }

    /** Begins to join a primary, or answers null if that cannot be now. */
    SecondarySession join(ReplicationLink link, boolean copyAll) {
        synchronized (house.lock()) {
            if (role != Role.WAITING || house.trees().get().isEmpty()) {
                return null;
            }
            secondary = new SecondarySession(house, link, copyAll, this);
            role = Role.JOINING;
            return secondary;
        }
    }

    /** Ends the sessions and waits for them, without telling the owner what it has asked for. */
    void end(String reason) throws InterruptedException {
        PrimarySession served;
        SecondarySession followed;
        synchronized (house.lock()) {
            served = primary;
            abandoned = primary;
            followed = secondary;
            secondary = null;
            if (followed != null) {
                past.add(followed);
            }
        }
        if (followed != null) {
            followed.endNow(reason);
        }
        if (served != null) {
            served.end(reason);
            served.awaitEnd(SESSION_END_MAX);
        }
    }

    /** Ends a copy into this node that is not finished: when this returns it cannot make this copy up to date any more. */
    void giveUpJoining(String reason) {
        SecondarySession joining;
        synchronized (house.lock()) {
            if (role != Role.JOINING || secondary == null) {
                return;
            }
            joining = secondary;
            secondary = null;
            past.add(joining);
            role = Role.WAITING;
        }
        joining.endNow(reason);
        house.teller().reintegrationFailed(reason);
    }

    /** Completes what waits for the peer of the last session. */
    void settle(int errno) {
        PrimarySession served;
        synchronized (house.lock()) {
            served = primary;
            primary = null;
            if (served != null) {
                past.add(served);
            }
        }
        if (served != null) {
            served.stream().settle(errno);
        }
    }

    /** Counters of all sessions. */
    Totals totals() {
        Totals now = new Totals();
        synchronized (house.lock()) {
            now.add(past);
            if (primary != null) {
                now.add(primary);
            }
            if (secondary != null) {
                now.add(secondary);
            }
        }
        return now;
    }

    @Override
    public boolean inCharge(PrimarySession session) {
        return primary == session && abandoned != session;
    }

    @Override
    public void pairing(PrimarySession session) {
        role = Role.PRIMARY;
    }

    @Override
    public void over(PrimarySession session, PrimarySession.Stage stage, String reason) {
        control.execute(() -> {
            boolean paired = stage.compareTo(PrimarySession.Stage.PAIRING) >= 0;
            synchronized (house.lock()) {
                if (!inCharge(session)) {
                    return;
                }
                if (!paired) {
                    primary = null;
                    past.add(session);
                }
            }
            if (paired) {
                house.teller().peerLost(reason, true);
            } else {
                house.teller().reintegrationFailed(reason);
            }
        });
    }

    @Override
    public boolean inCharge(SecondarySession session) {
        return secondary == session;
    }

    @Override
    public void following(SecondarySession session) {
        role = Role.SECONDARY;
    }

    @Override
    public void over(SecondarySession session, SecondarySession.Stage stage, String reason) {
        control.execute(() -> {
            boolean followed;
            synchronized (house.lock()) {
                if (!inCharge(session)) {
                    return;
                }
                secondary = null;
                past.add(session);
                followed = role == Role.SECONDARY;
                if (!followed) {
                    role = Role.WAITING;
                }
            }
            session.stop();
            if (followed) {
                house.teller().peerLost(reason, true);
            } else {
                house.teller().reintegrationFailed(reason);
            }
        });
    }
}
