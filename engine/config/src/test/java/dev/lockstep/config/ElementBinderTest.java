package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.config.Vocabulary.ElementType;
import dev.lockstep.config.xml.Place;
import dev.lockstep.config.xml.XmlAttribute;
import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlEvents;
import dev.lockstep.config.xml.XmlText;
import dev.lockstep.schema.cluster.ClusterType;
import dev.lockstep.schema.userconfig.SafeType;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBElement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The binder fills the generated classes as a full XML binding does, with everything the schemas allow. */
class ElementBinderTest {
    private static final Place PLACE = new Place(1, 1);

    /** Deeper than any element of the schemas. */
    private static final int DEPTH = 9;

    private int values;

    @Test
    void everyElementAndAttributeOfAModuleIsBoundAsByAFullXmlBinding() throws Exception {
        sameAsFullBinding("dev/lockstep/schema/userconfig.xsd", SafeType.class);
    }

    @Test
    void everyElementAndAttributeOfAClusterIsBoundAsByAFullXmlBinding() throws Exception {
        sameAsFullBinding("dev/lockstep/schema/cluster.xsd", ClusterType.class);
    }

    @Test
    void whatHasNoPlaceIsRefused() {
        XmlElement stranger = new XmlElement("safe", PLACE, List.of(attribute("colour")), List.of(), List.of());

        var refused =
                assertThrows(IllegalStateException.class, () -> new ElementBinder().bind(stranger, SafeType.class));

        assertTrue(refused.getMessage().contains("colour"), refused.getMessage());
    }

    private <T> void sameAsFullBinding(String schema, Class<T> type) throws Exception {
        Vocabulary vocabulary = SchemaReader.read(bytes(schema));
        XmlElement document = element(vocabulary, vocabulary.rootName(), vocabulary.type(vocabulary.rootType()), DEPTH);

        String bound = shown(new ElementBinder().bind(document, type));

        assertEquals(shown(fullyBound(document, type)), bound);
        assertTrue(values > 10, "nothing was compared");
        for (int i = 0; i < values; i++) {
            assertTrue(bound.contains("v" + i + ";"), "value " + i + " was lost");
        }
    }

    private static Object fullyBound(XmlElement document, Class<?> type) throws Exception {
        var handler = JAXBContext.newInstance(type.getPackageName(), type.getClassLoader())
                .createUnmarshaller()
                .getUnmarshallerHandler();
        XmlEvents.replay(document, handler);
        return handler.getResult() instanceof JAXBElement<?> element ? element.getValue() : handler.getResult();
    }

    private static byte[] bytes(String resource) throws IOException {
        try (var stream = ElementBinderTest.class.getClassLoader().getResourceAsStream(resource)) {
            return stream.readAllBytes();
        }
    }

    /** An element with every attribute and every child its type has, twice where it may be repeated. */
    private XmlElement element(Vocabulary vocabulary, String name, ElementType type, int depth) {
        assertTrue(depth > 0, "the schema is deeper than thought");
        List<XmlAttribute> attributes = new ArrayList<>();
        type.attributes().keySet().forEach(attribute -> attributes.add(attribute(attribute)));
        List<XmlElement> children = new ArrayList<>();
        type.children().values().forEach(child -> {
            for (int i = 0; i < (child.repeated() ? 2 : 1); i++) {
                children.add(element(vocabulary, child.name(), vocabulary.type(child.type()), depth - 1));
            }
        });
        List<XmlText> texts = type.text() ? List.of(new XmlText(next(), false, PLACE)) : List.of();
        return new XmlElement(name, PLACE, attributes, children, texts);
    }

    private XmlAttribute attribute(String name) {
        return new XmlAttribute(name, next(), PLACE);
    }

    private String next() {
        return "v" + values++;
    }

    private static String shown(Object bound) throws IllegalAccessException {
        return switch (bound) {
            case null -> "-;";
            case String text -> text + ";";
            case List<?> list -> {
                StringBuilder text = new StringBuilder("[");
                for (Object one : list) {
                    text.append(shown(one));
                }
                yield text.append("]").toString();
            }
            default -> {
                StringBuilder text = new StringBuilder(bound.getClass().getSimpleName()).append('{');
                for (var field : bound.getClass().getDeclaredFields()) {
                    field.setAccessible(true);
                    text.append(field.getName()).append('=').append(shown(field.get(bound)));
                }
                yield text.append('}').toString();
            }
        };
    }
}
