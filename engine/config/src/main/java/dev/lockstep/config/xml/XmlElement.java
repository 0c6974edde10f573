package dev.lockstep.config.xml;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An element as written.
 *
 * @param name its name
 * @param place of its {@code <}
 * @param attributes in the order written
 * @param children its elements, in order
 * @param texts its text, in order
 */
public record XmlElement(
        String name, Place place, List<XmlAttribute> attributes, List<XmlElement> children, List<XmlText> texts) {

    /** Copies the lists. */
    public XmlElement {
        attributes = List.copyOf(attributes);
        children = List.copyOf(children);
        texts = List.copyOf(texts);
    }

    /** The attribute of this name, if it was written. */
    public Optional<XmlAttribute> attribute(String attributeName) {
        return attributes.stream()
                .filter(attribute -> attribute.name().equals(attributeName))
                .findFirst();
    }

    /** The value of an attribute, if it was written. */
    public Optional<String> value(String attributeName) {
        return attribute(attributeName).map(XmlAttribute::value);
    }

    /** Whether an attribute was written with this value. */
    public boolean has(String attributeName, String value) {
        return value(attributeName).filter(value::equals).isPresent();
    }

    /** The place of an attribute, or of the element if it was not written. */
    public Place placeOf(String attributeName) {
        return attribute(attributeName).map(XmlAttribute::place).orElse(place);
    }

    /** The elements of this name directly inside. */
    public List<XmlElement> children(String childName) {
        return children.stream().filter(child -> child.name().equals(childName)).toList();
    }

    /** The first element of this name directly inside. */
    public Optional<XmlElement> child(String childName) {
        return children.stream().filter(child -> child.name().equals(childName)).findFirst();
    }

    /** The elements reached by a path of names, from here down. */
    public Stream<XmlElement> descend(String... path) {
        var reached = Stream.of(this);
        for (var step : path) {
            reached = reached.flatMap(element -> element.children(step).stream());
        }
        return reached;
    }

    /** The same element without the attributes by which editors find a schema. */
    public XmlElement withoutEditorAttributes() {
        var kept = attributes.stream()
                .filter(attribute -> attribute.name().indexOf(':') < 0)
                .toList();
        return new XmlElement(name, place, kept, children, texts);
    }

    /** The same element with another value of an attribute that was written. */
    public XmlElement withValue(String attributeName, String value) {
        var changed = attributes.stream()
                .map(attribute -> attribute.name().equals(attributeName)
                        ? new XmlAttribute(attributeName, value, attribute.place())
                        : attribute)
                .toList();
        return new XmlElement(name, place, changed, children, texts);
    }

    /** The same element with other children. */
    public XmlElement withChildren(List<XmlElement> newChildren) {
        return new XmlElement(name, place, attributes, newChildren, texts);
    }
}
