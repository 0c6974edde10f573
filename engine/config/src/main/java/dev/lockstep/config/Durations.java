package dev.lockstep.config;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Durations as configurations write them: a whole number, then {@code d}, {@code h}, {@code m}, {@code s}, {@code ms} or
 * {@code us}, or nothing for the attribute's own unit.
 *
 * <p>A duration is truncated to the attribute's unit. One that becomes zero by that is refused, and so is a zero
 * written in another unit.
 */
final class Durations {
    /** Longest duration accepted. */
    static final Duration MAX = Duration.ofDays(3650);

    private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,19})(d|h|m|s|ms|us)?");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "d", ChronoUnit.DAYS,
            "h", ChronoUnit.HOURS,
            "m", ChronoUnit.MINUTES,
            "s", ChronoUnit.SECONDS,
            "ms", ChronoUnit.MILLIS,
            "us", ChronoUnit.MICROS);

    /** What a text means as a duration. */
    sealed interface Reading {}

    /**
     * A duration.
     *
     * @param duration truncated to the unit of the attribute
     * @param truncated whether something was cut off
     */
    record Valid(Duration duration, boolean truncated) implements Reading {}

    /**
     * No duration.
     *
     * @param problem what is wrong
     * @param remedy what would be right
     */
    record Invalid(String problem, String remedy) implements Reading {}

    private Durations() {}

    /** Reads a duration for an attribute whose own unit is this one. */
    static Reading read(String text, ChronoUnit implicit) {
        var matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            return new Invalid(
                    "\"" + text + "\" is no duration",
                    "Write a whole number of " + name(implicit)
                            + ", or one followed by d, h, m, s, ms or us, without sign, blank or decimals.");
        }
        var suffix = matcher.group(2);
        var unit = suffix == null ? implicit : UNITS.get(suffix);
        var microseconds = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(micros(unit.getDuration())));
        if (microseconds.compareTo(BigInteger.valueOf(micros(MAX))) > 0) {
            return new Invalid("\"" + text + "\" is longer than " + MAX.toDays() + " days", "Write a shorter one.");
        }
        long written = microseconds.longValueExact();
        long size = micros(implicit.getDuration());
        if (written == 0) {
            return unit == implicit
                    ? new Valid(Duration.ZERO, false)
                    : new Invalid(
                            "zero is written as \"" + text + "\" where the unit is " + name(implicit),
                            "Write 0 or 0" + suffix(implicit) + ".");
        }
        if (written < size) {
            return new Invalid(
                    "\"" + text + "\" is less than one of the " + name(implicit) + " this attribute is counted in",
                    "Write at least 1" + suffix(implicit) + ".");
        }
        return new Valid(Duration.of(written / size, implicit), written % size != 0);
    }

    /** Reads a duration that is known to be valid. */
    static Duration valid(String text, ChronoUnit implicit) {
        return switch (read(text, implicit)) {
            case Valid valid -> valid.duration();
            case Invalid invalid -> throw new IllegalArgumentException(invalid.problem());
        };
    }

    /** The duration in its attribute's unit, with the suffix. */
    static String write(Duration duration, ChronoUnit implicit) {
        return micros(duration) / micros(implicit.getDuration()) + suffix(implicit);
    }

    /** The plural name of a unit. */
    static String name(ChronoUnit unit) {
        return unit == ChronoUnit.MILLIS ? "milliseconds" : unit.name().toLowerCase(Locale.ROOT);
    }

    private static String suffix(ChronoUnit unit) {
        return UNITS.entrySet().stream()
                .filter(entry -> entry.getValue() == unit)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static long micros(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1000);
    }
}
