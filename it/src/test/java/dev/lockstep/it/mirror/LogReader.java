package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.time.Duration;
import java.util.List;

/** Reads what a node logged since a moment. */
final class LogReader {
    private static final Duration LATER = Cluster.SOON;

    private final Node node;
    private final int mark;

    private LogReader(Node node, int mark) {
        this.node = node;
        this.mark = mark;
    }

    /** From now on. */
    static LogReader of(Node node) {
        return new LogReader(node, node.log().size());
    }

    /** The lines since then. */
    List<String> said() {
        List<String> lines = node.log();
        return lines.subList(Math.min(mark, lines.size()), lines.size());
    }

    /** Expects messages in this order, other ones between them. */
    void expect(String... messages) {
        Patience.until(
                node + " to log " + List.of(messages),
                LATER,
                () -> inOrder(said(), messages),
                () -> String.join("\n", said()));
    }

    /** Expects that a message was not logged. */
    void expectNone(String message) {
        assertTrue(said().stream().noneMatch(line -> line.contains(message)), () -> String.join("\n", said()));
    }

    private static boolean inOrder(List<String> lines, String... messages) {
        int next = 0;
        for (String line : lines) {
            if (next < messages.length && line.contains(messages[next])) {
                next++;
            }
        }
        return next == messages.length;
    }
}
