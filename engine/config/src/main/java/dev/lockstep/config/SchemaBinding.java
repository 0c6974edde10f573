package dev.lockstep.config;

import dev.lockstep.config.xml.Place;
import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlEvents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * One of our schemas, with its vocabulary and with the classes generated from it. Thread-safe.
 *
 * @param <T> the class of the root element
 */
final class SchemaBinding<T> {
    private final String resource;
    private final Vocabulary vocabulary;
    private final ElementBinder binder = new ElementBinder();
    private final Class<T> rootClass;
    private final byte[] bytes;
    private Schema schema;

    SchemaBinding(String resource, Class<T> rootClass) {
        this.resource = resource;
        this.rootClass = rootClass;
        this.bytes = load(resource);
        this.vocabulary = SchemaReader.read(bytes);
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /**
     * Validates a document that passed our own checks, and binds it. Our checks say more about a mistake than a schema
     * can; whatever only the schema sees is reported with the place of its element.
     */
    Optional<T> bind(XmlElement root, Diagnostics diagnostics) {
        try {
            var validator = schema().newValidatorHandler();
            validator.setErrorHandler(new Reporter(diagnostics));
            XmlEvents.replay(root, validator);
        } catch (SAXException failure) {
            throw new IllegalStateException("a document that passed every check cannot be validated", failure);
        }
        return diagnostics.hasErrors() ? Optional.empty() : Optional.of(bindApplied(root));
    }

    /** Binds a document that passed our own checks, and was validated when it was applied. */
    T bindApplied(XmlElement root) {
        return binder.bind(root, rootClass);
    }

    /** Made when it is needed first: it takes longer than all the rest, and what was applied does not need it. */
    private synchronized Schema schema() {
        if (schema == null) {
            try {
                var factory = SchemaFactory.newDefaultInstance();
                factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
                factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
                factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
                schema = factory.newSchema(new StreamSource(new ByteArrayInputStream(bytes)));
            } catch (SAXException failure) {
                throw new IllegalStateException("the schema " + resource + " in this installation is damaged", failure);
            }
        }
        return schema;
    }

    private static byte[] load(String resource) {
        try (var stream = SchemaBinding.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the schema " + resource + " is missing in this installation");
            }
            return stream.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException("the schema " + resource + " cannot be read", failure);
        }
    }

    private record Reporter(Diagnostics diagnostics) implements ErrorHandler {
        @Override
        public void warning(SAXParseException failure) {
            report(failure);
        }

        @Override
        public void error(SAXParseException failure) {
            report(failure);
        }

        @Override
        public void fatalError(SAXParseException failure) {
            report(failure);
        }

        private void report(SAXParseException failure) {
            diagnostics.at(
                    Severity.ERROR,
                    new Place(Math.max(1, failure.getLineNumber()), Math.max(1, failure.getColumnNumber())),
                    "",
                    "the schema does not allow this: " + failure.getMessage(),
                    "Compare with the schema shipped in schema/.");
        }
    }
}
