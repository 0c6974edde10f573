package dev.lockstep.config;

import dev.lockstep.config.Vocabulary.AttributeType;
import dev.lockstep.config.Vocabulary.ChildType;
import dev.lockstep.config.Vocabulary.ElementType;
import dev.lockstep.config.Vocabulary.Text;
import dev.lockstep.config.Vocabulary.Time;
import dev.lockstep.config.Vocabulary.ValueType;
import dev.lockstep.config.Vocabulary.Whole;
import dev.lockstep.config.Vocabulary.Words;
import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlFault;
import dev.lockstep.config.xml.XmlSource;
import dev.lockstep.config.xml.XmlText;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a {@link Vocabulary} from one of our schemas. It knows the few constructions these use, and no more: named types,
 * one group of elements per type, and unions with the type of macros.
 */
final class SchemaReader {
    private static final Map<String, ChronoUnit> DURATIONS = Map.of(
            "Milliseconds", ChronoUnit.MILLIS,
            "Seconds", ChronoUnit.SECONDS,
            "Minutes", ChronoUnit.MINUTES,
            "Hours", ChronoUnit.HOURS);

    private final Map<String, XmlElement> simpleTypes = new HashMap<>();

    private SchemaReader() {}

    /** The vocabulary of this schema. */
    static Vocabulary read(byte[] schema) {
        try {
            return new SchemaReader().read(XmlSource.read(schema, "xs:schema").getFirst());
        } catch (XmlFault fault) {
            throw new IllegalStateException("the schema in this installation is damaged: " + fault.problem(), fault);
        }
    }

    private Vocabulary read(XmlElement schema) {
        schema.children("xs:simpleType").forEach(type -> simpleTypes.put(name(type), type));
        var root = schema.child("xs:element").orElseThrow();
        var types = schema.children("xs:complexType").stream()
                .collect(Collectors.toMap(SchemaReader::name, this::elementType));
        return new Vocabulary(name(root), root.value("type").orElseThrow(), types);
    }

    private ElementType elementType(XmlElement type) {
        var children = new LinkedHashMap<String, ChildType>();
        Stream.of("xs:all", "xs:sequence", "xs:choice")
                .flatMap(group -> type.descend(group, "xs:element"))
                .forEach(element -> children.put(
                        name(element),
                        new ChildType(
                                name(element),
                                element.value("type").orElseThrow(),
                                element.has("maxOccurs", "unbounded"),
                                marks(element))));
        var attributes = new LinkedHashMap<String, AttributeType>();
        Stream.concat(type.descend("xs:attribute"), type.descend("xs:simpleContent", "xs:extension", "xs:attribute"))
                .forEach(attribute -> attributes.put(
                        name(attribute),
                        new AttributeType(
                                name(attribute),
                                attribute.has("use", "required"),
                                valueType(attribute.value("type").orElseThrow()),
                                marks(attribute))));
        return new ElementType(
                children, attributes, type.child("xs:simpleContent").isPresent());
    }

    private ValueType valueType(String typeName) {
        if (typeName.equals("xs:string")) {
            return new Text(false, "", "");
        }
        boolean positive = typeName.startsWith("Positive");
        var unit = DURATIONS.get(positive ? typeName.substring("Positive".length()) : typeName);
        if (unit != null) {
            return new Time(unit, positive);
        }
        var type = simpleTypes.get(simpleTypes.containsKey(typeName + "Value") ? typeName + "Value" : typeName);
        var restriction = type.child("xs:restriction").orElseThrow();
        if (restriction.has("base", "xs:int")) {
            return new Whole(facet(restriction, "xs:minInclusive"), facet(restriction, "xs:maxInclusive"));
        }
        List<String> words = restriction.children("xs:enumeration").stream()
                .map(word -> word.value("value").orElseThrow())
                .toList();
        if (!words.isEmpty()) {
            return new Words(words);
        }
        var pattern = restriction.child("xs:pattern").flatMap(facet -> facet.value("value"));
        return new Text(true, pattern.orElse(""), documentation(type));
    }

    private static int facet(XmlElement restriction, String facet) {
        return Integer.parseInt(
                restriction.child(facet).flatMap(found -> found.value("value")).orElseThrow());
    }

    private static Set<String> marks(XmlElement declaration) {
        return declaration
                .descend("xs:annotation", "xs:appinfo")
                .flatMap(info -> info.texts().stream())
                .flatMap(text -> Stream.of(text.text().strip().split(" ", -1)))
                .collect(Collectors.toSet());
    }

    private static String documentation(XmlElement declaration) {
        return declaration
                .descend("xs:annotation", "xs:documentation")
                .flatMap(documentation -> documentation.texts().stream())
                .map(XmlText::text)
                .collect(Collectors.joining(" "))
                .strip();
    }

    private static String name(XmlElement declaration) {
        return declaration.value("name").orElseThrow();
    }
}
