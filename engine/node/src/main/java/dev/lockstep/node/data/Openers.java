package dev.lockstep.node.data;

import dev.lockstep.api.fs.Opener;
import java.util.List;

/** Processes that hold a directory, in words. */
final class Openers {
    /** Openers named in a message; more are counted. */
    private static final int OPENERS_NAMED = 5;

    private Openers() {}

    static String named(List<Opener> openers) {
        StringBuilder text = new StringBuilder();
        openers.stream()
                .limit(OPENERS_NAMED)
                .forEach(opener -> text.append(text.isEmpty() ? "" : ", ")
                        .append("process ")
                        .append(opener.pid())
                        .append(" (")
                        .append(opener.command())
                        .append("): ")
                        .append(opener.what()));
        if (openers.size() > OPENERS_NAMED) {
            text.append(" and ").append(openers.size() - OPENERS_NAMED).append(" more");
        }
        return text.toString();
    }
}
