package dev.lockstep.config.xml;

import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;
import org.xml.sax.helpers.LocatorImpl;

/** Replays a tree as events, so that a validator or a binder reads it and knows the places. */
public final class XmlEvents {
    private XmlEvents() {}

    /**
     * Replays a whole document.
     *
     * @throws SAXException what the handler throws
     */
    public static void replay(XmlElement root, ContentHandler handler) throws SAXException {
        var locator = new LocatorImpl();
        handler.setDocumentLocator(locator);
        handler.startDocument();
        replay(root, handler, locator);
        handler.endDocument();
    }

    private static void replay(XmlElement element, ContentHandler handler, LocatorImpl locator) throws SAXException {
        locator.setLineNumber(element.place().line());
        locator.setColumnNumber(element.place().column());
        var attributes = new AttributesImpl();
        for (var attribute : element.attributes()) {
            attributes.addAttribute("", attribute.name(), attribute.name(), "CDATA", attribute.value());
        }
        handler.startElement("", element.name(), element.name(), attributes);
        for (var child : element.children()) {
            replay(child, handler, locator);
        }
        for (var text : element.texts()) {
            handler.characters(text.text().toCharArray(), 0, text.text().length());
        }
        locator.setLineNumber(element.place().line());
        locator.setColumnNumber(element.place().column());
        handler.endElement("", element.name(), element.name());
    }
}
