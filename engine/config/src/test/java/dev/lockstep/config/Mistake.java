package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/**
 * A file with a mistake, and what must be said about it.
 *
 * @param what the mistake in words
 * @param text the file
 * @param severity of what is said
 * @param line where
 * @param subject the element or {@code element@attribute}
 * @param fragment a part of the problem or of the remedy
 */
record Mistake(String what, String text, Severity severity, int line, String subject, String fragment) {

    static Mistake error(String what, String text, int line, String subject, String fragment) {
        return new Mistake(what, text, Severity.ERROR, line, subject, fragment);
    }

    static Mistake warning(String what, String text, int line, String subject, String fragment) {
        return new Mistake(what, text, Severity.WARNING, line, subject, fragment);
    }

    static Mistake info(String what, String text, int line, String subject, String fragment) {
        return new Mistake(what, text, Severity.INFO, line, subject, fragment);
    }

    void assertFoundIn(List<Diagnostic> diagnostics) {
        boolean found = diagnostics.stream()
                .anyMatch(diagnostic -> diagnostic.severity() == severity
                        && diagnostic.line() == line
                        && diagnostic.subject().equals(subject)
                        && (diagnostic.problem() + " " + diagnostic.remedy()).contains(fragment));
        assertTrue(
                found,
                () -> what + ": expected " + severity + " at line " + line + " on " + subject + " with \"" + fragment
                        + "\", got:\n" + Readings.lines(diagnostics));
        boolean refused = diagnostics.stream().anyMatch(diagnostic -> diagnostic.severity() == Severity.ERROR);
        assertTrue(refused == (severity == Severity.ERROR), () -> what + ": " + Readings.lines(diagnostics));
    }

    @Override
    public String toString() {
        return what;
    }
}
