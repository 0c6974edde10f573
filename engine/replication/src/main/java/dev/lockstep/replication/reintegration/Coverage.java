package dev.lockstep.replication.reintegration;

import dev.lockstep.replication.track.LongSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Which objects a full copy has come by. A walk misses what moves from a directory it has not listed yet to one it has, and
 * everything below it. But then the directory that took it in is marked: whoever copies the marks asks here which entries of a
 * marked directory are still owed. In the last round no write is going on, so nothing is missed for good: of what would be, take
 * the topmost; its directory was come by without it, so it was put there later, so that directory is marked.
 *
 * <p>Used by one thread.
 */
final class Coverage {
    /** By tree; empty when nothing is walked, because the marks name everything. */
    private final List<LongSet> seen = new ArrayList<>();

    private Coverage(int trees) {
        for (int i = 0; i < trees; i++) {
            seen.add(new LongSet());
        }
    }

    /** Of a copy that walks whole trees. */
    static Coverage ofWalks(int trees) {
        return new Coverage(trees);
    }

    /** Of a copy of what is marked: nothing else is owed. */
    static Coverage ofMarks() {
        return new Coverage(0);
    }

    void add(Place place) {
        if (!seen.isEmpty()) {
            seen.get(place.tree()).add(place.id());
        }
    }

    boolean has(Place place) {
        return seen.isEmpty() || seen.get(place.tree()).contains(place.id());
    }
}
