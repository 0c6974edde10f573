package dev.lockstep.replication.track;

import java.util.HexFormat;

/** Names of the dirty log's files: {@code dirty-<lineage>-<segment>.log}, both in 16 hexadecimal digits. */
final class LogNames {
    private static final String START = "dirty-";
    private static final String END = ".log";
    private static final String BUILDING = ".building";

    private LogNames() {}

    static String prefix(long lineage) {
        return START + HexFormat.of().toHexDigits(lineage) + "-";
    }

    static String of(long lineage, long number) {
        return prefix(lineage) + HexFormat.of().toHexDigits(number) + END;
    }

    /** Name of a segment that is not complete yet. */
    static String building(String name) {
        return name + BUILDING;
    }

    static boolean isLog(String name) {
        return name.startsWith(START);
    }

    static boolean isSegmentOf(String name, long lineage) {
        return name.startsWith(prefix(lineage)) && name.endsWith(END);
    }
}
