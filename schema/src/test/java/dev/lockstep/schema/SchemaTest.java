package dev.lockstep.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** The schemas as an editor uses them. */
class SchemaTest {
    private static final String XS = XMLConstants.W3C_XML_SCHEMA_NS_URI;

    @ParameterizedTest
    @ValueSource(strings = {"userconfig.xsd", "cluster.xsd"})
    void everyElementAndAttributeIsDocumented(String name) throws Exception {
        var factory = DocumentBuilderFactory.newDefaultNSInstance();
        List<String> silent = new ArrayList<>();
        try (var stream = SchemaTest.class.getResourceAsStream(name)) {
            assertNotNull(stream, name + " is a resource");
            var document = factory.newDocumentBuilder().parse(stream);
            for (var kind : List.of("element", "attribute", "complexType")) {
                var found = document.getElementsByTagNameNS(XS, kind);
                for (int i = 0; i < found.getLength(); i++) {
                    var declaration = (Element) found.item(i);
                    if (documentation(declaration).isBlank()) {
                        silent.add(kind + " " + declaration.getAttribute("name"));
                    }
                }
            }
        }
        assertEquals(List.of(), silent);
    }

    @Test
    void aFileWithMacrosIsValidInAnEditor() throws Exception {
        validate("""
                <safe><macro name="ON" value="on"/><service mode="%MODE%" boot="%ON%" boot_delay="%DELAY%"
                 maxloop="%N%">
                  <heart port="%PORT%"><heartbeat name=""/></heart>
                  <rfs async="%ASYNC%" locktimeout="5m" mountover="off"><replicated dir="%DIR%"/></rfs>
                </service></safe>
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<safe><service mode=\"miror\"/></safe>",
                "<safe><service mode=\"mirror\" boot_delay=\"1.5\"/></safe>",
                "<safe><service mode=\"mirror\"><heart port=\"65536\"/></service></safe>",
                "<safe><service mode=\"mirror\"><heart timeout=\"0s\"/></service></safe>",
                "<safe><service/></safe>",
                "<safe><service mode=\"mirror\" prim=\"a\"/></safe>"
            })
    void anEditorMarksMistakes(String text) {
        assertTrue(assertThrows(SAXException.class, () -> validate(text))
                .getMessage()
                .startsWith("cvc-"));
    }

    private static void validate(String text) throws Exception {
        Schema schema = SchemaFactory.newDefaultInstance().newSchema(SchemaTest.class.getResource("userconfig.xsd"));
        schema.newValidator().validate(new StreamSource(new StringReader(text)));
    }

    private static String documentation(Element declaration) {
        for (var annotation = declaration.getFirstChild();
                annotation != null;
                annotation = annotation.getNextSibling()) {
            if ("annotation".equals(annotation.getLocalName())) {
                return ((Element) annotation)
                        .getElementsByTagNameNS(XS, "documentation")
                        .item(0)
                        .getTextContent();
            }
        }
        return "";
    }
}
