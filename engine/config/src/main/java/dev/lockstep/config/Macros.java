package dev.lockstep.config;

import dev.lockstep.config.xml.Place;
import dev.lockstep.config.xml.XmlAttribute;
import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code %name%} in the values of a document, from top to bottom.
 *
 * <p>A name is that of a macro defined above, else of an environment variable, else a mistake. What a name is replaced by
 * is not looked at again. The macros themselves do not appear in the result.
 *
 * <p>What comes out is bounded, each value and all of them together, however often macros contain macros.
 */
final class Macros {
    /** A reference to a macro or a variable. */
    static final Pattern REFERENCE = Pattern.compile("%([A-Za-z_][A-Za-z0-9_]*)%");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Longest value, in characters. Each may contain some that are as long: nothing may be built first and measured then. */
    static final int VALUE_MAX = 64 * 1024;

    /** All values together, in characters: what a document may have without macros. */
    static final int TOTAL_MAX = 1024 * 1024;

    /** What is kept, in characters, of a value that is refused. */
    private static final int NAMED_MAX = 1_000;

    private final Map<String, String> environment;
    private final Diagnostics diagnostics;
    private final Map<String, String> defined = new HashMap<>();
    private final Map<String, Place> definedAt = new HashMap<>();
    private final Map<String, Place> definedSomewhere = new HashMap<>();
    private final Set<String> fromEnvironment = new LinkedHashSet<>();

    private int total;
    private boolean tooMuch;

    private Macros(Map<String, String> environment, Diagnostics diagnostics) {
        this.environment = environment;
        this.diagnostics = diagnostics;
    }

    /** The document with its values expanded and without its macros. Mistakes are reported, and left as written. */
    static XmlElement expand(XmlElement root, Map<String, String> environment, Diagnostics diagnostics) {
        var macros = new Macros(environment, diagnostics);
        root.children("macro")
                .forEach(macro -> macro.value("name")
                        .ifPresent(name -> macros.definedSomewhere.putIfAbsent(name, macro.place())));
        var children = new ArrayList<XmlElement>();
        for (var child : root.children()) {
            if (child.name().equals("macro")) {
                macros.define(child);
            } else {
                children.add(macros.expand(child));
            }
        }
        return root.withChildren(children);
    }

    private void define(XmlElement macro) {
        var name = macro.value("name").orElse("");
        var value = macro.attribute("value");
        if (name.isEmpty() || value.isEmpty()) {
            return;
        }
        if (!NAME.matcher(name).matches()) {
            diagnostics.error(
                    macro,
                    "name",
                    "\"" + name + "\" is no name for a macro",
                    "Use letters, digits and underscores, and no digit first.");
            return;
        }
        var before = definedAt.putIfAbsent(name, macro.place());
        if (before != null) {
            diagnostics.error(
                    macro,
                    "name",
                    "the macro " + name + " is already defined at line " + before.line(),
                    "Remove one of the two.");
            return;
        }
        defined.put(name, expand(value.get().value(), value.get().place(), "macro@value"));
    }

    private XmlElement expand(XmlElement element) {
        List<XmlAttribute> attributes = element.attributes().stream()
                .map(attribute -> new XmlAttribute(
                        attribute.name(),
                        expand(attribute.value(), attribute.place(), element.name() + "@" + attribute.name()),
                        attribute.place()))
                .toList();
        var children = element.children().stream().map(this::expand).toList();
        List<XmlText> texts = element.texts().stream()
                .map(text -> new XmlText(expand(text, element.name()), text.cdata(), text.place()))
                .toList();
        return new XmlElement(element.name(), element.place(), attributes, children, texts);
    }

    private String expand(XmlText text, String elementName) {
        return expand(text.text(), text::placeAt, elementName);
    }

    private String expand(String value, Place place, String subject) {
        return expand(value, offset -> place, subject);
    }

    /** A value that grows too long is reported, and left as written: what contains it is not told of as well. */
    private String expand(String value, IntFunction<Place> places, String subject) {
        Matcher references = REFERENCE.matcher(value);
        var expanded = new StringBuilder();
        int end = 0;
        while (references.find()) {
            expanded.append(value, end, references.start());
            end = references.end();
            var name = references.group(1);
            expanded.append(resolve(name, places, references.start(), subject).orElse(references.group()));
            if (expanded.length() > VALUE_MAX) {
                return refused(value, places.apply(references.start()), subject, "with %" + name + "% the value");
            }
        }
        expanded.append(value, end, value.length());
        total += expanded.length();
        if (expanded.length() > VALUE_MAX) {
            return refused(value, places.apply(0), subject, "the value");
        }
        if (total > TOTAL_MAX) {
            if (!tooMuch) {
                tooMuch = true;
                diagnostics.at(
                        Severity.ERROR,
                        places.apply(0),
                        subject,
                        "up to here the values of the file have more than " + TOTAL_MAX + " characters",
                        "Make the macros shorter, or use them less often.");
            }
            return shortened(value);
        }
        return expanded.toString();
    }

    private String refused(String value, Place place, String subject, String what) {
        diagnostics.at(
                Severity.ERROR,
                place,
                subject,
                what + " has more than " + VALUE_MAX + " characters",
                "Make it shorter; what is as long belongs in a file of the module.");
        return shortened(value);
    }

    private static String shortened(String value) {
        return value.substring(0, Math.min(value.length(), NAMED_MAX));
    }

    private Optional<String> resolve(String name, IntFunction<Place> places, int offset, String subject) {
        var macro = defined.get(name);
        if (macro != null) {
            return Optional.of(macro);
        }
        var variable = environment.get(name);
        if (variable != null) {
            if (fromEnvironment.add(name)) {
                diagnostics.at(
                        Severity.WARNING,
                        places.apply(offset),
                        subject,
                        "%" + name + "% is no macro and is taken from the environment of this node",
                        "Make sure that it is the same on the other node, or define the macro " + name + ".");
            }
            return Optional.of(variable);
        }
        if (diagnostics.isFull()) {
            diagnostics.skip();
            return Optional.empty();
        }
        var below = definedSomewhere.get(name);
        diagnostics.at(
                Severity.ERROR,
                places.apply(offset),
                subject,
                "%" + name + "% is neither a macro defined above nor an environment variable",
                below == null
                        ? NearestName.of(name, definedSomewhere.keySet())
                                .map(nearest -> "Did you mean %" + nearest + "%?")
                                .orElse("Add <macro name=\"" + name + "\" value=\"...\"/> above.")
                        : "The macro is defined at line " + below.line() + ": move it above its first use.");
        return Optional.empty();
    }
}
