package dev.lockstep.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what a mistyped word was meant to be. */
public final class NearestName {
    private static final int DISTANCE_MAX = 3;

    /** Longest word, in characters, and most candidates that are compared: more of either was not mistyped. */
    private static final int WORD_MAX = 64;

    private static final int CANDIDATES_MAX = 500;

    private NearestName() {}

    /** The candidate nearest to the word, if one is near enough to be meant. */
    public static Optional<String> of(String word, Collection<String> candidates) {
        var lower = word.strip().toLowerCase(Locale.ROOT);
        int bound = Math.min(DISTANCE_MAX, Math.max(1, lower.length() / 3));
        record Scored(String candidate, int distance) {}
        if (lower.length() > WORD_MAX) {
            return Optional.empty();
        }
        return candidates.stream()
                .limit(CANDIDATES_MAX)
                .filter(candidate -> Math.abs(candidate.length() - lower.length()) <= bound)
                .map(candidate -> new Scored(candidate, distance(lower, candidate.toLowerCase(Locale.ROOT))))
                .filter(scored -> scored.distance() <= bound)
                .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::candidate))
                .map(Scored::candidate);
    }

    /** A remedy: the nearest candidate, else all of them. */
    static String remedy(String word, Collection<String> candidates) {
        return of(word, candidates)
                .map(nearest -> "Did you mean \"" + nearest + "\"?")
                .orElseGet(() -> candidates.isEmpty() ? "Remove it." : "Use one of: " + list(candidates) + ".");
    }

    private static String list(Collection<String> candidates) {
        return candidates.stream().collect(Collectors.joining(", "));
    }

    /** Number of insertions, deletions, replacements and exchanges of neighbours between two words. */
    private static int distance(String a, String b) {
        var distances = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            distances[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            distances[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(distances[i - 1][j], distances[i][j - 1]) + 1;
                best = Math.min(best, distances[i - 1][j - 1] + change);
                boolean exchanged =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                distances[i][j] = exchanged ? Math.min(best, distances[i - 2][j - 2] + 1) : best;
            }
        }
        return distances[a.length()][b.length()];
    }
}
