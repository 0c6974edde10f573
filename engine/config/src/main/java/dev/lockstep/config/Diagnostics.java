package dev.lockstep.config;

import dev.lockstep.config.xml.Place;
import dev.lockstep.config.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;

/** Collects the diagnostics of one file while it is read. Not thread-safe; one per reading. */
final class Diagnostics {
    private final String file;
    private final List<Diagnostic> found = new ArrayList<>();

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
        found.add(new Diagnostic(severity, file, place.line(), place.column(), subject, problem, remedy));
    }

    boolean hasErrors() {
        return found.stream().anyMatch(diagnostic -> diagnostic.severity() == Severity.ERROR);
    }

    /** All of them, in the order of the file. */
    List<Diagnostic> inOrder() {
        return found.stream().distinct().sorted(Diagnostic.BY_PLACE).toList();
    }
}
