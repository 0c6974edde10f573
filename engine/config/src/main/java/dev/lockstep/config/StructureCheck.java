package dev.lockstep.config;

import dev.lockstep.config.Vocabulary.AttributeType;
import dev.lockstep.config.Vocabulary.ElementType;
import dev.lockstep.config.Vocabulary.Text;
import dev.lockstep.config.Vocabulary.Time;
import dev.lockstep.config.Vocabulary.Whole;
import dev.lockstep.config.Vocabulary.Words;
import dev.lockstep.config.xml.XmlAttribute;
import dev.lockstep.config.xml.XmlElement;
import java.util.HashMap;
import java.util.Locale;

/** Compares a document with a vocabulary: names, number of elements, and the form of each value on its own. */
final class StructureCheck {
    private final Vocabulary vocabulary;
    private final Platform platform;
    private final Diagnostics diagnostics;

    private StructureCheck(Vocabulary vocabulary, Platform platform, Diagnostics diagnostics) {
        this.vocabulary = vocabulary;
        this.platform = platform;
        this.diagnostics = diagnostics;
    }

    /** Reports everything in the document that the vocabulary does not allow. */
    static void check(XmlElement root, Vocabulary vocabulary, Platform platform, Diagnostics diagnostics) {
        new StructureCheck(vocabulary, platform, diagnostics).check(root, vocabulary.type(vocabulary.rootType()), true);
    }

    private void check(XmlElement element, ElementType type, boolean root) {
        for (var attribute : element.attributes()) {
            if (!(root && isForEditors(attribute.name()))) {
                checkAttribute(element, attribute, type);
            }
        }
        for (var attribute : type.attributes().values()) {
            if (attribute.required() && element.attribute(attribute.name()).isEmpty()) {
                diagnostics.error(
                        element,
                        attribute.name(),
                        "the attribute " + attribute.name() + " is missing",
                        "Add " + example(attribute) + ".");
            }
        }
        if (!type.text()) {
            element.texts().stream()
                    .filter(text -> !text.isBlank())
                    .findFirst()
                    .ifPresent(text -> diagnostics.at(
                            Severity.ERROR,
                            text.place(),
                            element.name(),
                            "text stands where none may: \""
                                    + shortened(text.text().strip()) + "\"",
                            "Remove it, or make it a comment: <!-- ... -->."));
        }
        checkChildren(element, type);
    }

    private void checkChildren(XmlElement element, ElementType type) {
        var first = new HashMap<String, XmlElement>();
        for (var child : element.children()) {
            var known = type.children().get(child.name());
            if (known == null) {
                unknownElement(element, child, type);
                continue;
            }
            var before = first.putIfAbsent(child.name(), child);
            if (before != null && !known.repeated()) {
                diagnostics.error(
                        child,
                        child.name() + " is written more than once in " + element.name() + ", first at line "
                                + before.place().line(),
                        "Keep one, with the content of both.");
            }
            if (known.marks().contains("legacy")) {
                diagnostics.info(child, "an older form, still accepted");
            }
            check(child, vocabulary.type(known.type()), false);
        }
    }

    private void unknownElement(XmlElement parent, XmlElement child, ElementType type) {
        var near = NearestName.of(child.name(), type.children().keySet());
        var parents = vocabulary.parentsOf(child.name());
        String remedy;
        if (near.isEmpty() && !parents.isEmpty()) {
            remedy = "It belongs in " + String.join(" or ", parents) + ".";
        } else {
            remedy = NearestName.remedy(child.name(), type.children().keySet());
        }
        diagnostics.error(child, "there is no element " + child.name() + " in " + parent.name(), remedy);
    }

    private void checkAttribute(XmlElement element, XmlAttribute attribute, ElementType type) {
        var known = type.attributes().get(attribute.name());
        if (known == null) {
            diagnostics.error(
                    element,
                    attribute.name(),
                    "there is no attribute " + attribute.name() + " in " + element.name(),
                    NearestName.remedy(attribute.name(), type.attributes().keySet()));
            return;
        }
        if (known.marks().contains("legacy") && known.marks().contains("ignored")) {
            diagnostics.info(element, attribute.name(), "an attribute of older files, accepted without effect");
            return;
        }
        var other = platform == Platform.LINUX ? "windows" : "linux";
        if (known.marks().contains(other)) {
            diagnostics.warn(
                    element,
                    attribute.name(),
                    "this attribute means something on " + (platform == Platform.LINUX ? "Windows" : "Linux")
                            + " only and is ignored here",
                    "Remove it, or leave it for the other system.");
        }
        checkValue(element, attribute, known);
    }

    private void checkValue(XmlElement element, XmlAttribute attribute, AttributeType type) {
        var value = attribute.value();
        switch (type.value()) {
            case Text text -> checkText(element, attribute, text);
            case Words words -> {
                if (!words.values().contains(value)) {
                    diagnostics.error(
                            element,
                            attribute.name(),
                            quoted(value) + " is not one of " + String.join(", ", words.values()),
                            NearestName.of(value, words.values())
                                    .map(near -> "Did you mean \"" + near + "\"?")
                                    .orElse("Write one of these."));
                }
            }
            case Whole whole -> checkWhole(element, attribute, whole);
            case Time time -> checkTime(element, attribute, time);
        }
    }

    private void checkText(XmlElement element, XmlAttribute attribute, Text text) {
        var value = attribute.value();
        if (text.filled() && value.isBlank()) {
            diagnostics.error(
                    element, attribute.name(), "the value is empty", "Write a value, or remove the attribute.");
        } else if (!text.pattern().isEmpty() && !value.matches(text.pattern())) {
            diagnostics.error(
                    element,
                    attribute.name(),
                    quoted(value) + " is not acceptable",
                    "Write this: " + text.description());
        } else if (text.filled() && !value.equals(value.strip())) {
            diagnostics.error(
                    element, attribute.name(), quoted(value) + " begins or ends with a blank", "Remove the blank.");
        }
    }

    private void checkWhole(XmlElement element, XmlAttribute attribute, Whole whole) {
        var value = attribute.value();
        var range = whole.max() == Integer.MAX_VALUE ? "from " + whole.min() : whole.min() + " to " + whole.max();
        if (!value.matches("-?[0-9]{1,18}")) {
            diagnostics.error(
                    element,
                    attribute.name(),
                    quoted(value) + " is no whole number",
                    "Write a whole number, " + range + ".");
            return;
        }
        long number = Long.parseLong(value);
        if (number < whole.min() || number > whole.max()) {
            diagnostics.error(
                    element, attribute.name(), value + " is out of range", "Write a whole number, " + range + ".");
        }
    }

    private void checkTime(XmlElement element, XmlAttribute attribute, Time time) {
        switch (Durations.read(attribute.value(), time.unit())) {
            case Durations.Invalid invalid ->
                diagnostics.error(element, attribute.name(), invalid.problem(), invalid.remedy());
            case Durations.Valid valid -> {
                if (valid.duration().isZero() && time.positive()) {
                    diagnostics.error(
                            element, attribute.name(), "zero makes no sense here", "Write a duration above zero.");
                } else if (valid.truncated()) {
                    diagnostics.warn(
                            element,
                            attribute.name(),
                            quoted(attribute.value()) + " is counted in whole " + Durations.name(time.unit()) + ": "
                                    + Durations.write(valid.duration(), time.unit()) + " is used",
                            "Write " + Durations.write(valid.duration(), time.unit()) + ".");
                }
            }
        }
    }

    private static String example(AttributeType attribute) {
        return switch (attribute.value()) {
            case Words words
            when words.values().size() == 1 ->
                attribute.name() + "=\"" + words.values().getFirst() + "\"";
            case Words words -> attribute.name() + "=\"...\" with one of " + String.join(", ", words.values());
            case Whole _, Time _, Text _ -> attribute.name() + "=\"...\"";
        };
    }

    /** Attributes with which editors find the schema. */
    private static boolean isForEditors(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("xmlns:") || lower.startsWith("xsi:");
    }

    private static String quoted(String value) {
        return "\"" + shortened(value) + "\"";
    }

    private static String shortened(String value) {
        return value.length() <= 60 ? value : value.substring(0, 57) + "...";
    }
}
