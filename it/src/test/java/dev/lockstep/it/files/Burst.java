package dev.lockstep.it.files;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Does many deeds in two places at once and compares how they go. */
final class Burst {
    private static final int REMEMBERED = 40;

    private final Mischief mischief;
    private final Map<String, Integer> successes = new TreeMap<>();
    private final Deque<String> recent = new ArrayDeque<>();
    private final List<String> mismatches = new ArrayList<>();

    Burst(long seed) {
        this.mischief = new Mischief(seed);
    }

    /** Does {@code count} deeds; stops at the first that goes differently. */
    void run(Place subject, Place model, int count) {
        for (int i = 0; i < count && mismatches.isEmpty(); i++) {
            Deed deed = mischief.next();
            int actor = mischief.nextActor();
            String is = as(actor, deed, subject);
            String shouldBe = as(actor, deed, model);
            if (recent.size() == REMEMBERED) {
                recent.removeFirst();
            }
            recent.add((actor == 0 ? "" : "user " + actor + " ") + deed.words() + " -> " + is);
            if (!is.equals(shouldBe)) {
                mismatches.add(deed.words() + (actor == 0 ? "" : " as user " + actor) + " gives " + is
                        + ", on the plain directory " + shouldBe);
            }
            if (!is.startsWith("errno")) {
                successes.merge(deed.kind(), 1, Integer::sum);
            }
        }
    }

    private static String as(int actor, Deed deed, Place place) {
        Posix.actAs(actor);
        try {
            return deed.act().at(place);
        } finally {
            Posix.actAs(0);
        }
    }

    /** What went differently than on a plain directory; empty when nothing did. */
    List<String> mismatches() {
        return mismatches;
    }

    /** How often each kind of deed succeeded. */
    Map<String, Integer> successes() {
        return successes;
    }

    /** The last deeds, for a person who looks for what led to a difference. */
    String story() {
        return String.join("\n  ", recent);
    }
}
