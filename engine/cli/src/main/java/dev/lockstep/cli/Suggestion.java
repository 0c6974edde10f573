package dev.lockstep.cli;

import dev.lockstep.cli.Verbs.Verb;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Guesses which verb was meant by a word that is none. The beginning of a verb comes before every mistyped one, then fewer slips
 * before more. Of verbs that are equally near, one that only shows something comes first: whoever takes the suggestion without a
 * second look should not have started or stopped anything.
 */
final class Suggestion {
    /** Letters the beginning of a verb has at least. */
    private static final int BEGINNING_MIN = 2;

    private static final int SLIPS_MAX = 2;

    private static final Comparator<Guess> NEAREST = Comparator.comparingInt(Guess::slips)
            .thenComparing(guess -> !guess.verb().shows())
            .thenComparingInt(Guess::missing);

    private Suggestion() {}

    /**
     * A verb that may have been meant.
     *
     * @param slips letters to be changed, added, removed or exchanged with their neighbour; 0 for the beginning of a verb
     * @param missing letters the verb has more
     */
    private record Guess(Verb verb, int slips, int missing) {}

    /** The verb that was probably meant; empty if none is near. */
    static Optional<Verb> of(String word, Collection<Verb> verbs) {
        int bound = Math.min(SLIPS_MAX, Math.max(1, word.length() / 2));
        return verbs.stream()
                .map(verb -> guess(word, verb))
                .filter(guess -> guess.slips() <= bound)
                .min(NEAREST)
                .map(Guess::verb);
    }

    /** The word that was probably meant, as a question; empty if none is near. */
    static String question(String word, Collection<String> known) {
        int bound = Math.min(SLIPS_MAX, Math.max(1, word.length() / 2));
        String lower = word.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(one -> slips(lower, one.toLowerCase(Locale.ROOT)) <= bound)
                .min(Comparator.comparingInt(one -> slips(lower, one.toLowerCase(Locale.ROOT))))
                .map(near -> "Did you mean '" + near + "'? ")
                .orElse("");
    }

    private static Guess guess(String word, Verb verb) {
        boolean beginning = word.length() >= BEGINNING_MIN && verb.name().startsWith(word);
        return new Guess(
                verb, beginning ? 0 : slips(word, verb.name()), verb.name().length() - word.length());
    }

    private static int slips(String one, String other) {
        int[][] slips = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                slips[i][j] = Math.max(i, j);
                if (i > 0 && j > 0) {
                    int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                    int least = Math.min(slips[i - 1][j], slips[i][j - 1]) + 1;
                    slips[i][j] = Math.min(least, slips[i - 1][j - 1] + change);
                }
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    slips[i][j] = Math.min(slips[i][j], slips[i - 2][j - 2] + 1);
                }
            }
        }
        return slips[one.length()][other.length()];
    }
}
