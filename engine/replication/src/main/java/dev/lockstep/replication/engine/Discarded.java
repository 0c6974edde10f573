package dev.lockstep.replication.engine;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.words.Counted;
import dev.lockstep.replication.track.ObjectMarks;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** Says what is given up of a copy that went on by itself and now joins the other one. */
final class Discarded {
    /** Objects named; more are counted. */
    private static final int NAMED = 20;

    private static final long KILO = 1024;

    private Discarded() {}

    /**
     * A sentence for the log.
     *
     * @param sinceMillis when both copies were equal last, 0 if unknown
     * @param known whether the marks hold every change since then
     */
    static String sentence(
            List<ObjectMarks> marks, List<BackingTree> trees, long zoneBytes, long sinceMillis, boolean known) {
        String since = sinceMillis == 0
                ? "since both nodes were equal last"
                : "since " + Instant.ofEpochMilli(sinceMillis).truncatedTo(ChronoUnit.SECONDS)
                        + ", when both nodes were equal last,";
        String what = "What was changed on this node alone " + since + " is discarded: ";
        if (!known) {
            return what + "how much and in which files is not recorded, everything is compared";
        }
        if (marks.isEmpty()) {
            return what + "nothing was changed";
        }
        long bytes = marks.stream().mapToLong(one -> one.zoneCount(1)).sum() * zoneBytes;
        String named = marks.stream()
                .limit(NAMED)
                .map(one -> named(one, trees.get(one.tree())))
                .collect(Collectors.joining(", "));
        String more = marks.size() > NAMED ? " and " + (marks.size() - NAMED) + " more" : "";
        return what + "in " + Counted.of(marks.size(), "file or directory", "files and directories") + ", at most "
                + bytes / KILO + " KB of data in files that were there before: " + named + more;
    }

    /** A file that was made or removed is marked in its directory. */
    private static String named(ObjectMarks one, BackingTree tree) {
        String path = tree.location() + "/" + tree.describe(one.id());
        return one.has(ObjectMarks.ENTRIES) ? "names in " + path : path;
    }
}
