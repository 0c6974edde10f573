package dev.lockstep.node.log;

import dev.lockstep.core.mirror.LogLevel;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** The forms of a log line: as operators and scripts read it, and as it lies on disk. */
public final class LogFormat {
    private static final DateTimeFormatter SHOWN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final char SEPARATOR = '\t';
    private static final int FIELDS = 5;

    private LogFormat() {}

    /** {@code | 2026-11-21 08:39:22.123456 | heart | E | Local state PRIM Ready}, in local time. */
    public static String shown(LogLine line, ZoneId zone) {
        return "| " + SHOWN.format(line.time().atZone(zone)) + " | " + line.origin() + " | " + line.level() + " | "
                + line.text();
    }

    /** One line of text without its end, fields separated by tabs. */
    static String stored(LogLine line) {
        return line.time().toString()
                + SEPARATOR
                + line.level()
                + SEPARATOR
                + line.key()
                + SEPARATOR
                + line.origin()
                + SEPARATOR
                + line.text();
    }

    /** What {@link #stored} made; empty for a line that is torn or foreign. */
    static Optional<LogLine> parse(String stored) {
        String[] fields = stored.split(String.valueOf(SEPARATOR), FIELDS);
        if (fields.length != FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LogLine(
                    Instant.parse(fields[0]),
                    fields[3],
                    LogLevel.valueOf(fields[1]),
                    Integer.parseInt(fields[2]),
                    fields[4]));
        } catch (DateTimeException | IllegalArgumentException torn) {
            return Optional.empty();
        }
    }

    /** The text on one line, without characters that would break a terminal or the file. */
    static String oneLine(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) ? ' ' : c);
        }
        return clean.toString().strip();
    }
}
