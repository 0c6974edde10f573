package dev.lockstep.config;

import java.util.Comparator;

/**
 * One remark on a configuration file.
 *
 * @param severity how much it matters
 * @param file the file, as the caller named it
 * @param line from 1
 * @param column from 1
 * @param subject the element, or the attribute as {@code element@attribute}; empty for the whole file
 * @param problem what is wrong
 * @param remedy what would be right; may be empty for information
 */
public record Diagnostic(
        Severity severity, String file, int line, int column, String subject, String problem, String remedy) {

    /** In the order of the file, and at one place the gravest first. */
    static final Comparator<Diagnostic> BY_PLACE = Comparator.comparingInt(Diagnostic::line)
            .thenComparingInt(Diagnostic::column)
            .thenComparing(Diagnostic::severity);

    /** One line: {@code file:line:column: severity: subject: problem. remedy}. */
    public String text() {
        return file + ":" + line + ":" + column + ": " + severity.word() + ": "
                + (subject.isEmpty() ? "" : subject + ": ") + problem + "." + (remedy.isEmpty() ? "" : " " + remedy);
    }

    @Override
    public String toString() {
        return text();
    }
}
