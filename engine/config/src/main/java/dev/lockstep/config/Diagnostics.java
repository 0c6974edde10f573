package dev.lockstep.config;

import dev.lockstep.config.xml.Place;
import dev.lockstep.config.xml.XmlElement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/** Collects the diagnostics of one file while it is read. Not thread-safe; one per reading. */
final class Diagnostics {
    /** Remarks that are kept: somebody has to read them. */
    static final int KEPT_MAX = 500;

    /** Longest text of a remark, in characters: what it quotes may be as long as a file. */
    private static final int TEXT_MAX = 1_000;

    private final String file;
    private final List<Diagnostic> found = new ArrayList<>();
    private UnaryOperator<Diagnostic> shown = UnaryOperator.identity();
    private boolean errors;
    private boolean skipped;

    Diagnostics(String file) {
        this.file = file;
    }

    /** A mistake in an attribute, or about one that is missing. */
    void error(XmlElement element, String attribute, String problem, String remedy) {
        at(Severity.ERROR, element.placeOf(attribute), element.name() + "@" + attribute, problem, remedy);
    }

    /** A mistake in an element. */
    void error(XmlElement element, String problem, String remedy) {
        at(Severity.ERROR, element.place(), element.name(), problem, remedy);
    }

    /** A doubt about an attribute. */
    void warn(XmlElement element, String attribute, String problem, String remedy) {
        at(Severity.WARNING, element.placeOf(attribute), element.name() + "@" + attribute, problem, remedy);
    }

    /** A doubt about an element. */
    void warn(XmlElement element, String problem, String remedy) {
        at(Severity.WARNING, element.place(), element.name(), problem, remedy);
    }

    /** Something to know about an attribute. */
    void info(XmlElement element, String attribute, String problem) {
        at(Severity.INFO, element.placeOf(attribute), element.name() + "@" + attribute, problem, "");
    }

    /** Something to know about an element. */
    void info(XmlElement element, String problem) {
        at(Severity.INFO, element.place(), element.name(), problem, "");
    }

    void at(Severity severity, Place place, String subject, String problem, String remedy) {
        errors |= severity == Severity.ERROR;
        if (isFull()) {
            skip();
            return;
        }
        found.add(shown.apply(new Diagnostic(
                severity, file, place.line(), place.column(), plain(subject), plain(problem), plain(remedy))));
    }

    /** There is a mistake more; when nothing is kept any more, that is all that is told of it. */
    void skip() {
        errors = true;
        skipped = true;
    }

    /** Whether nothing more is kept, so that nothing more need be found out. */
    boolean isFull() {
        return found.size() >= KEPT_MAX;
    }

    /** A text that shows on one line of any terminal, and does nothing else there: control characters are escaped. */
    private static String plain(String text) {
        var cut = text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX - 3) + "..." : text;
        if (cut.chars().noneMatch(Character::isISOControl)) {
            return cut;
        }
        var plain = new StringBuilder();
        cut.chars()
                .forEach(c -> plain.append(
                        Character.isISOControl(c) ? "\\x" + HexFormat.of().toHexDigits((byte) c) : (char) c + ""));
        return plain.toString();
    }

    /** How what is found from now on is shown. */
    void showing(UnaryOperator<Diagnostic> another) {
        shown = another;
    }

    boolean hasErrors() {
        return errors;
    }

    /** All of them, in the order of the file. */
    List<Diagnostic> inOrder() {
        var ordered = new ArrayList<>(
                found.stream().distinct().sorted(Diagnostic.BY_PLACE).toList());
        if (skipped) {
            var last = ordered.getLast();
            ordered.add(new Diagnostic(
                    Severity.ERROR,
                    file,
                    last.line(),
                    last.column(),
                    "",
                    "there is more to say than these " + KEPT_MAX + " remarks",
                    "Correct what they say, and check again."));
        }
        return List.copyOf(ordered);
    }
}
