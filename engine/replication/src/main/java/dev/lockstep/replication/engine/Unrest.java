package dev.lockstep.replication.engine;

import dev.lockstep.replication.track.DirtyMap;

/**
 * Whether there is anything to look at: a session that is not a pair at rest, something on its way, or marks to settle. A pair in which
 * nobody writes costs nothing. Takes no lock, so that a thread that many modules share may ask.
 */
final class Unrest {
    /** Rates are averaged over less, and fall to nothing before nobody looks any more. */
    private static final long CALM_MILLIS = 5_000;

    private final Sessions sessions;
    private final DirtyMap map;
    private long done;
    private long calmMillis = CALM_MILLIS;

    Unrest(Sessions sessions, DirtyMap map) {
        this.sessions = sessions;
        this.map = map;
    }

    /** Lets time pass. One thread at a time. */
    boolean lived(long millis) {
        long now = sessions.done();
        calmMillis = now != done || sessions.restless() || (sessions.any() && map.size() > 0) ? 0 : calmMillis + millis;
        done = now;
        return calmMillis < CALM_MILLIS;
    }
}
