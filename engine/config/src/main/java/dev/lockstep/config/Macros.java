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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code %name%} in the values of a document, from top to bottom.
 *
 * <p>A name is that of a macro defined above, else of an environment variable, else a mistake. What a name is replaced by
 * is not looked at again. The macros themselves do not appear in the result.
 */
final class Macros {
    /** A reference to a macro or a variable. */
    static final Pattern REFERENCE = Pattern.compile("%([A-Za-z_][A-Za-z0-9_]*)%");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, String> environment;
    private final Diagnostics diagnostics;
    private final Map<String, String> defined = new HashMap<>();
    private final Map<String, Place> definedAt = new HashMap<>();
    private final Map<String, Place> definedSomewhere = new HashMap<>();
    private final Set<String> fromEnvironment = new LinkedHashSet<>();

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
        return REFERENCE
                .matcher(text.text())
                .replaceAll(match -> quote(resolve(match.group(1), text.placeAt(match.start()), elementName)
                        .orElse(match.group())));
    }

    private String expand(String value, Place place, String subject) {
        return REFERENCE
                .matcher(value)
                .replaceAll(
                        match -> quote(resolve(match.group(1), place, subject).orElse(match.group())));
    }

    private static String quote(String replacement) {
        return Matcher.quoteReplacement(replacement);
    }

    private Optional<String> resolve(String name, Place place, String subject) {
        var macro = defined.get(name);
        if (macro != null) {
            return Optional.of(macro);
        }
        var variable = environment.get(name);
        if (variable != null) {
            if (fromEnvironment.add(name)) {
                diagnostics.at(
                        Severity.WARNING,
                        place,
                        subject,
                        "%" + name + "% is no macro and is taken from the environment of this node",
                        "Make sure that it is the same on the other node, or define the macro " + name + ".");
            }
            return Optional.of(variable);
        }
        var below = definedSomewhere.get(name);
        diagnostics.at(
                Severity.ERROR,
                place,
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
