package dev.lockstep.it.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What somebody wants to be measured.
 *
 * @param quick one short round instead of five
 * @param gluster whether GlusterFS is to be measured beside it
 * @param oneDisk both nodes on the machine's own disk instead of a slow one each
 * @param json where the figures go as JSON; null for nowhere
 * @param works which works
 * @param extras what else
 */
record Choice(boolean quick, boolean gluster, boolean oneDisk, Path json, List<Work> works, Set<Extra> extras) {
    static final String USAGE = """
            Usage: it/bench/run [--quick] [--only WORK[,WORK]] [--gluster] [--one-disk] [--json FILE]
              --quick      one round of 3 s for each figure, not the median of five of 10 s
              --only       %s, %s
              --gluster    with GlusterFS (replica 2) beside it; the package is installed if it is missing
              --one-disk   both nodes on the disk of this machine, not on a slow one each (1 ms for a flush, in memory)""".formatted(Work.keys(), Extra.keys());

    /**
     * Reads the words of the command line.
     *
     * @throws IllegalArgumentException if they are not understood
     */
    static Choice of(String[] words) {
        boolean quick = false;
        boolean gluster = false;
        boolean oneDisk = false;
        Path json = null;
        List<Work> works = List.of(Work.values());
        Set<Extra> extras = EnumSet.allOf(Extra.class);
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--quick" -> quick = true;
                case "--gluster" -> gluster = true;
                case "--one-disk" -> oneDisk = true;
                case "--json" -> json = Path.of(value(words, ++i)).toAbsolutePath();
                case "--only" -> {
                    List<String> chosen = List.of(value(words, ++i).split(",", -1));
                    extras = Extra.chosen(chosen);
                    works = worksAmong(chosen);
                }
                default -> throw new IllegalArgumentException("\"" + words[i] + "\" is not understood");
            }
        }
        return new Choice(quick, gluster, oneDisk, json, works, extras);
    }

    private static List<Work> worksAmong(List<String> words) {
        List<String> extras = Arrays.stream(Extra.values()).map(Extra::key).toList();
        String rest = words.stream().filter(word -> !extras.contains(word)).collect(Collectors.joining(","));
        return rest.isEmpty() && !words.contains("") ? List.of() : Work.chosen(rest);
    }

    boolean copy() {
        return extras.contains(Extra.COPY);
    }

    /** Whether a pair is needed that does something. */
    boolean pair() {
        return !works.isEmpty() || copy();
    }

    private static String value(String[] words, int at) {
        if (at == words.length) {
            throw new IllegalArgumentException(words[at - 1] + " lacks what it is about");
        }
        return words[at];
    }

    int rounds() {
        return quick ? 1 : 5;
    }

    int seconds() {
        return quick ? 3 : 10;
    }

    int warmUpSeconds() {
        return quick ? 5 : 20;
    }
}
