package dev.lockstep.config.xml;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXNotRecognizedException;
import org.xml.sax.SAXNotSupportedException;
import org.xml.sax.SAXParseException;

/**
 * Reads the elements of a document.
 *
 * <p>No declaration is ever processed and nothing is ever fetched; size, depth and number of elements are bounded.
 */
public final class XmlSource {
    /** Largest document accepted, in bytes. A configuration has a few thousand. */
    public static final int SIZE_MAX = 1024 * 1024;

    /** The document is read inside an element of this name, so that elements before its root can be seen. */
    static final String WRAPPER = "d";

    private static final String WRAPPER_START = "<" + WRAPPER + ">";

    private XmlSource() {}

    /**
     * The elements at the top of a document: one in a correct document, more in the published samples that have macros
     * before the root.
     *
     * @param bytes the file
     * @param rootName the name of its root, the only one its document type may have
     * @throws XmlFault if it is not well-formed, or not harmless
     */
    public static List<XmlElement> read(byte[] bytes, String rootName) throws XmlFault {
        var text = SourceText.of(bytes, rootName).text();
        var builder = new TreeBuilder(MarkupPlaces.of(text));
        try {
            var reader = parser().newSAXParser().getXMLReader();
            reader.setContentHandler(builder);
            reader.setErrorHandler(builder);
            reader.setEntityResolver((publicId, systemId) -> {
                throw new SAXException("nothing is fetched");
            });
            reader.setProperty("http://xml.org/sax/properties/lexical-handler", builder);
            useEnglish(reader);
            reader.parse(new InputSource(new StringReader(WRAPPER_START + text + "</" + WRAPPER + ">")));
        } catch (SAXParseException failure) {
            throw notWellFormed(failure, text, builder);
        } catch (SAXException | IOException failure) {
            throw (XmlFault)
                    new XmlFault(builder.openPlace(), String.valueOf(failure.getMessage()), "Simplify the file.")
                            .initCause(failure);
        } catch (ParserConfigurationException failure) {
            throw new IllegalStateException("the XML parser of the JDK refuses its security settings", failure);
        }
        return builder.roots();
    }

    private static SAXParserFactory parser() throws ParserConfigurationException, SAXException {
        var factory = SAXParserFactory.newDefaultInstance();
        factory.setNamespaceAware(false);
        factory.setValidating(false);
        factory.setXIncludeAware(false);
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
        factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory;
    }

    /** Messages of the parser are quoted in ours: they are asked for in the language of ours. */
    private static void useEnglish(org.xml.sax.XMLReader reader) throws SAXException {
        try {
            reader.setProperty("http://apache.org/xml/properties/locale", Locale.ENGLISH);
        } catch (SAXNotRecognizedException | SAXNotSupportedException unavailable) {
            // A parser without the property answers in the language of the system, which is as good.
            return;
        }
    }

    private static XmlFault notWellFormed(SAXParseException failure, String text, TreeBuilder builder) {
        int line = Math.max(1, failure.getLineNumber());
        int column = Math.max(1, failure.getColumnNumber() - (line == 1 ? WRAPPER_START.length() : 0));
        var message = String.valueOf(failure.getMessage());
        if (message.contains("disallow-doctype-decl")) {
            return new XmlFault(
                    new Place(line, column),
                    "a document type declaration stands where none may",
                    "Write it once, before the first element, without anything else in it.");
        }
        var told = message.replace(WRAPPER_START, "the end of the file");
        var fault = WellFormedness.explain(text, new Place(line, column), told, builder.openElements());
        fault.initCause(failure);
        return fault;
    }
}
