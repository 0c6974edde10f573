package dev.lockstep.it.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What somebody wants to be measured.
 *
 * @param quick one short round instead of five
 * @param gluster whether GlusterFS is to be measured beside it
 * @param oneDisk both nodes on the machine's own disk instead of a slow one each
 * @param json where the figures go as JSON; null for nowhere
 * @param works which works
 * @param copy whether a full copy is timed
 */
record Choice(boolean quick, boolean gluster, boolean oneDisk, Path json, List<Work> works, boolean copy) {
    private static final String COPY = "copy";

    static final String USAGE = """
            Usage: it/bench/run [--quick] [--only WORK[,WORK]] [--gluster] [--one-disk] [--json FILE]
              --quick      one round of 3 s for each figure, not the median of five of 10 s
              --only       %s, %s
              --gluster    with GlusterFS (replica 2) beside it; the package is installed if it is missing
              --one-disk   both nodes on the disk of this machine, not on a slow one each (1 ms for a flush, in memory)""".formatted(Work.keys(), COPY);

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
        boolean copy = true;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--quick" -> quick = true;
                case "--gluster" -> gluster = true;
                case "--one-disk" -> oneDisk = true;
                case "--json" -> json = Path.of(value(words, ++i)).toAbsolutePath();
                case "--only" -> {
                    String chosen = "," + value(words, ++i) + ",";
                    copy = chosen.contains("," + COPY + ",");
                    String others = chosen.replace("," + COPY + ",", ",").replaceAll("^,+|,+$", "");
                    works = others.isEmpty() ? List.of() : Work.chosen(others);
                }
                default -> throw new IllegalArgumentException("\"" + words[i] + "\" is not understood");
            }
        }
        return new Choice(quick, gluster, oneDisk, json, works, copy);
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
