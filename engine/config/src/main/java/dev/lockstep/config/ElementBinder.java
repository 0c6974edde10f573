package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlText;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElements;
import jakarta.xml.bind.annotation.XmlValue;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Fills the classes generated from a schema with the elements of a document. It follows their annotations and knows the few
 * constructions our schemas use: attributes that are texts, elements that are other classes, one text. A full XML binding
 * would do the same and take longer to begin than all modules of a node to start. Thread-safe.
 */
final class ElementBinder {
    private final Map<Class<?>, Shape> shapes = new ConcurrentHashMap<>();

    /** Where what is written in an element belongs. */
    private record Shape(Map<String, Field> attributes, Map<String, Child> children, Optional<Field> text) {}

    /**
     * Where an element belongs.
     *
     * @param many whether the field is a list
     */
    private record Child(Field field, Class<?> type, boolean many) {}

    /**
     * An object of the class with everything the element holds.
     *
     * @throws IllegalStateException if it holds what the class has no place for: it did not pass the checks
     */
    <T> T bind(XmlElement element, Class<T> type) {
        Shape shape = shapes.computeIfAbsent(type, ElementBinder::shape);
        try {
            var constructor = type.getDeclaredConstructor();
            T bound = constructor.newInstance();
            for (var attribute : element.attributes()) {
                place(shape.attributes(), attribute.name(), element).set(bound, attribute.value());
            }
            for (var child : element.children()) {
                put(bound, place(shape.children(), child.name(), element), child);
            }
            if (shape.text().isPresent()) {
                shape.text()
                        .get()
                        .set(bound, element.texts().stream().map(XmlText::text).collect(Collectors.joining()));
            }
            return bound;
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("the class " + type.getName() + " cannot be filled", impossible);
        }
    }

    @SuppressWarnings("unchecked") // every list of a generated class holds one of the types its annotations name
    private void put(Object bound, Child place, XmlElement child) throws IllegalAccessException {
        Object value = bind(child, place.type());
        if (!place.many()) {
            place.field().set(bound, value);
            return;
        }
        var list = (List<Object>) place.field().get(bound);
        if (list == null) {
            list = new ArrayList<>();
            place.field().set(bound, list);
        }
        list.add(value);
    }

    private static <P> P place(Map<String, P> places, String name, XmlElement element) {
        P found = places.get(name);
        if (found == null) {
            throw new IllegalStateException("a document that passed every check cannot be bound: there is no " + name
                    + " in <" + element.name() + ">");
        }
        return found;
    }

    private static Shape shape(Class<?> type) {
        var attributes = new HashMap<String, Field>();
        var children = new HashMap<String, Child>();
        Optional<Field> text = Optional.empty();
        for (var field : type.getDeclaredFields()) {
            field.setAccessible(true);
            var attribute = field.getAnnotation(XmlAttribute.class);
            var element = field.getAnnotation(jakarta.xml.bind.annotation.XmlElement.class);
            var elements = field.getAnnotation(XmlElements.class);
            if (attribute != null) {
                attributes.put(named(attribute.name(), field), field);
            } else if (element != null) {
                children.put(named(element.name(), field), child(field, element));
            } else if (elements != null) {
                for (var one : elements.value()) {
                    children.put(named(one.name(), field), child(field, one));
                }
            } else if (field.isAnnotationPresent(XmlValue.class)) {
                text = Optional.of(field);
            } else {
                children.put(field.getName(), child(field, null));
            }
        }
        return new Shape(attributes, children, text);
    }

    private static String named(String written, Field field) {
        return written.equals("##default") ? field.getName() : written;
    }

    private static Child child(Field field, jakarta.xml.bind.annotation.XmlElement declaration) {
        boolean many = List.class.isAssignableFrom(field.getType());
        if (declaration != null && declaration.type() != jakarta.xml.bind.annotation.XmlElement.DEFAULT.class) {
            return new Child(field, declaration.type(), many);
        }
        if (many && field.getGenericType() instanceof ParameterizedType list) {
            return new Child(field, (Class<?>) list.getActualTypeArguments()[0], true);
        }
        return new Child(field, field.getType(), many);
    }
}
