package dev.lockstep.it.demo;

import java.nio.file.Path;

/**
 * What was typed after {@code ./lockstep demo}.
 *
 * @param json where the summary goes for scripts; null for nowhere
 * @param keep whether the cluster stays to play with
 * @param seed decides when exactly things fail
 * @param help only explain
 */
record Options(Path json, boolean keep, long seed, boolean help) {
    static final String USAGE = """
            Usage: ./lockstep demo [--json FILE] [--keep] [--seed N]

            Two servers made of namespaces on this machine, an application that records every write it acknowledges, and a
            day in its life: first reintegration, load, the loss of a server, takeover, its return, a swap back.

              --json FILE   also write the summary as JSON: acknowledged, lost, takeover_ms, reintegrated_bytes, ok
              --keep        leave the two servers running afterwards and say how to use them and how to end them
              --seed N      decides at which moments things fail; the one used is printed

            The status is 0 only if every promise held. Nothing is left behind, also when it is interrupted with Ctrl-C.
            """;

    /**
     * Reads the words.
     *
     * @throws IllegalArgumentException with a sentence, for words that mean nothing here
     */
    static Options parse(String[] words) {
        Path json = null;
        boolean keep = false;
        boolean help = false;
        long seed = System.nanoTime() & 0xffff;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--keep" -> keep = true;
                case "--help", "-h" -> help = true;
                case "--json" -> json = Path.of(value(words, ++i, "a file")).toAbsolutePath();
                case "--seed" -> seed = number(value(words, ++i, "a number"));
                default -> throw new IllegalArgumentException("`" + words[i] + "` means nothing to the demo.");
            }
        }
        return new Options(json, keep, seed, help);
    }

    private static String value(String[] words, int index, String what) {
        if (index >= words.length) {
            throw new IllegalArgumentException("`" + words[index - 1] + "` needs " + what + " after it.");
        }
        return words[index];
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("`" + text + "` is not a number for --seed.", wrong);
        }
    }
}
