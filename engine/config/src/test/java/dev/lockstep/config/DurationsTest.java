package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Durations: units, truncation, and the rule of zero. */
class DurationsTest {
    @ParameterizedTest(name = "{0} in {1} is {2}")
    @CsvSource({
        "24, HOURS, PT24H, false",
        "1d, HOURS, PT24H, false",
        "700, MILLIS, PT0.7S, false",
        "30000, MILLIS, PT30S, false",
        "20s, MILLIS, PT20S, false",
        "1500ms, SECONDS, PT1S, true",
        "1999ms, SECONDS, PT1S, true",
        "1000ms, SECONDS, PT1S, false",
        "1500000us, SECONDS, PT1S, true",
        "2500us, MILLIS, PT0.002S, true",
        "90s, MINUTES, PT1M, true",
        "10m, SECONDS, PT10M, false",
        "2h, MINUTES, PT120M, false",
        "0, SECONDS, PT0S, false",
        "0s, SECONDS, PT0S, false",
        "0h, HOURS, PT0S, false",
        "007, SECONDS, PT7S, false",
        "3650d, SECONDS, PT87600H, false"
    })
    void valid(String text, ChronoUnit unit, Duration expected, boolean truncated) {
        assertEquals(new Durations.Valid(expected, truncated), Durations.read(text, unit));
    }

    @ParameterizedTest(name = "{0} in {1} is refused: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "500ms | SECONDS | less than one of the seconds",
                "5ms | SECONDS | less than one of the seconds",
                "999us | MILLIS | less than one of the milliseconds",
                "59m | HOURS | less than one of the hours",
                "0ms | SECONDS | zero is written as",
                "0s | MILLIS | zero is written as",
                "0d | HOURS | zero is written as",
                "1.5 | SECONDS | is no duration",
                "1,5s | SECONDS | is no duration",
                "-1 | SECONDS | is no duration",
                "+1 | SECONDS | is no duration",
                "1 s | SECONDS | is no duration",
                "1S | SECONDS | is no duration",
                "1min | SECONDS | is no duration",
                "s | SECONDS | is no duration",
                "'' | SECONDS | is no duration",
                "1e3 | SECONDS | is no duration",
                "3651d | SECONDS | longer than 3650 days",
                "9999999999999999999 | HOURS | longer than 3650 days",
                "99999999999999999999 | HOURS | is no duration"
            })
    void invalid(String text, ChronoUnit unit, String problem) {
        var reading = assertInstanceOf(Durations.Invalid.class, Durations.read(text, unit));
        assertTrue(reading.problem().contains(problem), reading.problem());
        assertTrue(!reading.remedy().isEmpty());
    }
}
