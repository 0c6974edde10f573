package dev.lockstep.it.demo;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from a module log how much the last reintegration copied. */
final class Copied {
    private static final Pattern LINE = Pattern.compile("Copied .*?(\\d+) bytes");

    private Copied() {}

    /** The bytes of the last {@code Copied ...} line; 0 if nothing was copied. */
    static long bytes(List<String> log) {
        long bytes = 0;
        for (String line : log) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.find()) {
                bytes = Long.parseLong(matcher.group(1));
            }
        }
        return bytes;
    }
}
