package dev.lockstep.config;

import dev.lockstep.config.xml.Place;
import dev.lockstep.config.xml.XmlElement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * Knows which attribute got its value from which macro, so that a mistake is shown where it is to be corrected. A macro is to blame
 * when the attribute is nothing but its reference, or when it is empty.
 */
final class MacroOrigins {
    private final Map<Place, Macro> origins = new HashMap<>();

    private record Macro(String name, Place place, boolean empty) {}

    private MacroOrigins() {}

    /** The origins of the values in a document whose macros are not expanded yet. */
    static MacroOrigins of(XmlElement written) {
        Map<String, Macro> macros = new HashMap<>();
        written.children("macro")
                .forEach(macro -> macro.value("name")
                        .ifPresent(name -> macro.attribute("value")
                                .ifPresent(value -> macros.putIfAbsent(
                                        name,
                                        new Macro(
                                                name,
                                                value.place(),
                                                value.value().isBlank())))));
        var origins = new MacroOrigins();
        written.children().stream()
                .filter(child -> !child.name().equals("macro"))
                .forEach(child -> origins.look(child, macros));
        return origins;
    }

    private void look(XmlElement element, Map<String, Macro> macros) {
        element.attributes()
                .forEach(attribute ->
                        blamed(attribute.value(), macros).ifPresent(macro -> origins.put(attribute.place(), macro)));
        element.children().forEach(child -> look(child, macros));
    }

    private static Optional<Macro> blamed(String value, Map<String, Macro> macros) {
        Matcher reference = Macros.REFERENCE.matcher(value);
        if (reference.matches()) {
            return Optional.ofNullable(macros.get(reference.group(1)));
        }
        return Macros.REFERENCE
                .matcher(value)
                .results()
                .map(match -> macros.get(match.group(1)))
                .filter(macro -> macro != null && macro.empty())
                .findFirst();
    }

    /** The same diagnostic; at the macro if it is about a value that comes from one. */
    Diagnostic show(Diagnostic diagnostic) {
        Macro macro = origins.get(new Place(diagnostic.line(), diagnostic.column()));
        boolean value = diagnostic.subject().contains("@") && diagnostic.severity() != Severity.INFO;
        if (macro == null || !value) {
            return diagnostic;
        }
        return new Diagnostic(
                diagnostic.severity(),
                diagnostic.file(),
                macro.place().line(),
                macro.place().column(),
                "macro@value",
                "the macro " + macro.name() + (macro.empty() ? " is empty and" : "") + " is used at line "
                        + diagnostic.line() + " for " + diagnostic.subject() + ": " + diagnostic.problem(),
                macro.empty() ? "Give the macro " + macro.name() + " a value." : diagnostic.remedy());
    }
}
