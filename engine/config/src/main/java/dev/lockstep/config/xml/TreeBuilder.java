package dev.lockstep.config.xml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.ext.DefaultHandler2;

/** Builds the tree of a document from the parser's events and the places found beforehand. */
final class TreeBuilder extends DefaultHandler2 {
    private static final int DEPTH_MAX = 64;

    /** Elements of one document: many times what the largest configuration has, and few enough to compare each with each. */
    private static final int ELEMENTS_MAX = 4_000;

    /** An element whose end was not met yet. */
    record Open(
            String name,
            Place place,
            List<XmlAttribute> attributes,
            List<XmlElement> children,
            List<XmlText> texts,
            StringBuilder text) {}

    private final MarkupPlaces places;
    private final Deque<Open> open = new ArrayDeque<>();
    private List<XmlElement> roots = List.of();
    private int elementCount;
    private int sectionCount;
    private boolean inSection;

    TreeBuilder(MarkupPlaces places) {
        this.places = places;
    }

    List<XmlElement> roots() {
        return roots;
    }

    /** The innermost element that is open, the wrapper not counted. */
    Optional<Open> openElement() {
        return open.size() > 1 ? Optional.of(open.getLast()) : Optional.empty();
    }

    /** The elements that are open, outermost first, the wrapper not counted. */
    List<Open> openElements() {
        return List.copyOf(open).subList(Math.min(1, open.size()), open.size());
    }

    Place openPlace() {
        return openElement().map(Open::place).orElse(Place.START);
    }

    @Override
    public void startElement(String uri, String localName, String name, Attributes attributes) throws SAXException {
        if (open.size() > DEPTH_MAX || elementCount > ELEMENTS_MAX) {
            throw new SAXException("the document has more than " + ELEMENTS_MAX + " elements, or more than " + DEPTH_MAX
                    + " inside each other");
        }
        if (open.isEmpty()) {
            open.add(new Open(name, Place.START, List.of(), new ArrayList<>(), new ArrayList<>(), new StringBuilder()));
            return;
        }
        flushText();
        var tag = places.tag(elementCount++);
        var written = new ArrayList<XmlAttribute>();
        for (int i = 0; i < attributes.getLength(); i++) {
            var attribute = attributes.getQName(i);
            var place = tag.attributes().getOrDefault(attribute, tag.place());
            written.add(new XmlAttribute(attribute, attributes.getValue(i), place));
        }
        open.add(new Open(name, tag.place(), written, new ArrayList<>(), new ArrayList<>(), new StringBuilder()));
    }

    @Override
    public void endElement(String uri, String localName, String name) {
        flushText();
        var done = open.removeLast();
        if (open.isEmpty()) {
            roots = textOutsideRoot(done);
            return;
        }
        open.getLast()
                .children()
                .add(new XmlElement(done.name(), done.place(), done.attributes(), done.children(), done.texts()));
    }

    /** Text at the top of the document makes it wrong: it is shown as an element without a name. */
    private static List<XmlElement> textOutsideRoot(Open wrapper) {
        var elements = new ArrayList<>(wrapper.children());
        wrapper.texts().stream()
                .filter(text -> !text.isBlank())
                .map(text -> new XmlElement("", text.place(), List.of(), List.of(), List.of(text)))
                .forEach(elements::add);
        return elements;
    }

    @Override
    public void characters(char[] characters, int start, int length) {
        open.getLast().text().append(characters, start, length);
    }

    @Override
    public void startCDATA() {
        flushText();
        inSection = true;
    }

    @Override
    public void endCDATA() {
        var text = open.getLast().text();
        open.getLast().texts().add(new XmlText(text.toString(), true, places.section(sectionCount++)));
        text.setLength(0);
        inSection = false;
    }

    private void flushText() {
        if (open.isEmpty() || inSection) {
            return;
        }
        var text = open.getLast().text();
        if (!text.isEmpty()) {
            open.getLast()
                    .texts()
                    .add(new XmlText(text.toString(), false, open.getLast().place()));
            text.setLength(0);
        }
    }

    @Override
    public void error(SAXParseException failure) throws SAXException {
        throw failure;
    }

    @Override
    public void fatalError(SAXParseException failure) throws SAXException {
        throw failure;
    }
}
