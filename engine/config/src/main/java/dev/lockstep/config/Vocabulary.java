package dev.lockstep.config;

import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a schema allows: elements, their attributes and the values of these. Read from the schema itself by {@link
 * SchemaReader}, so that the two cannot differ.
 *
 * @param rootName name of the root element
 * @param rootType name of its type
 * @param types all element types by name
 */
record Vocabulary(String rootName, String rootType, Map<String, ElementType> types) {

    /** Copies the map. */
    Vocabulary {
        types = Map.copyOf(types);
    }

    /** The type of this name. */
    ElementType type(String name) {
        return types.get(name);
    }

    /** The names of the elements in which an element of this name may be. */
    SortedSet<String> parentsOf(String elementName) {
        var parents = new TreeSet<String>();
        types.values().stream()
                .flatMap(type -> type.children().values().stream())
                .filter(child -> type(child.type()).children().containsKey(elementName))
                .forEach(child -> parents.add(child.name()));
        if (type(rootType).children().containsKey(elementName)) {
            parents.add(rootName);
        }
        return parents;
    }

    /**
     * What an element may hold.
     *
     * @param children its elements by name
     * @param attributes its attributes by name
     * @param text whether it may hold text
     */
    record ElementType(
            SequencedMap<String, ChildType> children, SequencedMap<String, AttributeType> attributes, boolean text) {

        /** Copies the maps. */
        ElementType {
            children = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(children));
            attributes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(attributes));
        }
    }

    /**
     * An element within another.
     *
     * @param name its name
     * @param type the name of its type
     * @param repeated whether it may be written more than once
     * @param marks marks such as {@code legacy}
     */
    record ChildType(String name, String type, boolean repeated, Set<String> marks) {

        /** Copies the set. */
        ChildType {
            marks = Set.copyOf(marks);
        }
    }

    /**
     * An attribute.
     *
     * @param name its name
     * @param required whether it must be written
     * @param value what it may hold
     * @param marks {@code linux} or {@code windows}, {@code legacy}, {@code ignored}
     */
    record AttributeType(String name, boolean required, ValueType value, Set<String> marks) {

        /** Copies the set. */
        AttributeType {
            marks = Set.copyOf(marks);
        }
    }

    /** What a value may be. */
    sealed interface ValueType {}

    /**
     * Any text.
     *
     * @param filled whether it may not be empty
     * @param pattern expression that all of it must match; empty for none
     * @param description the sentence that describes it
     */
    record Text(boolean filled, String pattern, String description) implements ValueType {}

    /**
     * One of some words.
     *
     * @param values the words
     */
    record Words(List<String> values) implements ValueType {

        /** Copies the list. */
        Words {
            values = List.copyOf(values);
        }
    }

    /**
     * A whole number.
     *
     * @param min smallest
     * @param max largest
     */
    record Whole(int min, int max) implements ValueType {}

    /**
     * A duration.
     *
     * @param unit its unit when no suffix is written
     * @param positive whether zero is refused
     */
    record Time(ChronoUnit unit, boolean positive) implements ValueType {}
}
