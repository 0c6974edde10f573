package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to harm the reader: refused, quickly, without reading or fetching anything. */
class XmlAttacksTest {
    private static final String SERVICE = "<safe><service mode=\"light\"/></safe>";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE safe SYSTEM \"safe.dtd\">",
                "<!DOCTYPE safe PUBLIC \"-//X//Y\" \"http://192.0.2.1/x.dtd\">",
                "<!DOCTYPE safe []>",
                "<!DOCTYPE safe [<!ENTITY a \"b\">]>",
                "<!DOCTYPE safe [<!ENTITY % p SYSTEM \"http://192.0.2.1/p\"> %p;]>",
                "<!DOCTYPE safe [<!ATTLIST service mode CDATA \"light\">]>",
                "<!DOCTYPE html>",
                "<!DOCTYPE safe><!DOCTYPE safe>",
                "<!DOCTYPE>",
                "<!doctype safe>",
                "<safe/><!DOCTYPE safe>",
                "<!-- --><?a b?> <!DOCTYPE safe SYSTEM 'x'>"
            })
    void declarationsAreRefused(String prolog) {
        var reading = Readings.read(prolog + SERVICE);

        assertTrue(reading.config().isEmpty());
        assertEquals(1, reading.errors().size(), () -> Readings.lines(reading.diagnostics()));
    }

    @Test
    void anExternalEntityIsNotRead() throws IOException {
        var secret = Files.writeString(directory.resolve("secret"), "do not tell");
        var reading = Readings.read("<!DOCTYPE safe [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>\n"
                + "<safe><service mode=\"light\"><user><var name=\"a\" value=\"b\"/>&x;</user></service></safe>");

        assertTrue(reading.config().isEmpty());
        assertFalse(Readings.lines(reading.diagnostics()).contains("do not tell"));
        assertTrue(Readings.lines(reading.diagnostics()).contains("userconfig.xml:1:1: error: the document type"));
    }

    @Test
    void anEntityThatWasNotDeclaredIsRefused() {
        var reading = Readings.read("<safe>\n<service mode=\"&mode;\"/></safe>");

        assertTrue(reading.config().isEmpty());
        assertEquals(2, reading.errors().getFirst().line());
    }

    @ParameterizedTest
    @MethodSource
    void bombsAreRefusedQuickly(String bomb) {
        var reading = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> Readings.read(bomb));

        assertTrue(reading.config().isEmpty());
    }

    static Stream<String> bombsAreRefusedQuickly() {
        var laughs = new StringBuilder("<!DOCTYPE safe [<!ENTITY l0 \"lol\">");
        for (int i = 1; i < 20; i++) {
            laughs.append("<!ENTITY l%d \"%s\">".formatted(i, ("&l" + (i - 1) + ";").repeat(10)));
        }
        return Stream.of(
                laughs + "]><safe><service mode=\"light\">&l19;</service></safe>",
                "<safe>" + "<check>".repeat(50_000) + "</check>".repeat(50_000) + "</safe>",
                "<safe>" + "<macro name=\"a\" value=\"b\"/>".repeat(30_000) + SERVICE + "</safe>",
                "<safe a=\"" + "x".repeat(2_000_000) + "\"/>",
                "<safe><service mode=\"mirror\"><failover><![CDATA[a: if (" + "(".repeat(100_000)
                        + ") then stop();]]></failover></service></safe>",
                "<safe><service mode=\"mirror\"><failover><![CDATA[a: if (" + "!".repeat(100_000)
                        + "a.b) then stop();]]></failover></service></safe>");
    }

    @Test
    void aDocumentTypeWithoutAnythingElseIsWelcome() {
        var prologs = new String[] {
            "<!DOCTYPE safe>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a comment with <!DOCTYPE x SYSTEM 'y'> "
                    + "-->\n<!DOCTYPE\nsafe >",
            "<!-- one -->\n<?pi x?>\n<!DOCTYPE safe>\n<!-- two -->\n"
        };
        for (var prolog : prologs) {
            var reading = Readings.read(prolog + SERVICE);
            assertTrue(reading.config().isPresent(), () -> Readings.lines(reading.diagnostics()));
        }
    }

    @Test
    void encodingsAreHonoured() {
        var text = "<?xml version=\"1.0\" encoding=\"%s\"?><safe><service mode=\"light\"><user>"
                + "<var name=\"A\" value=\"caf\u00e9\"/></user></service></safe>";
        for (var name : new String[] {"UTF-8", "ISO-8859-1", "windows-1252"}) {
            var reading = Readings.readBytes(text.formatted(name).getBytes(Charset.forName(name)));
            var variables = reading.config().orElseThrow().user().orElseThrow().variables();
            assertEquals("caf\u00e9", variables.get("A"));
        }
        var broken = Readings.readBytes(text.formatted("UTF-8").getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(broken.errors().getFirst().problem().contains("no character in UTF-8"));
        var unknown = Readings.readBytes(text.formatted("EBCDIC-42").getBytes(StandardCharsets.US_ASCII));
        assertTrue(unknown.errors().getFirst().problem().contains("EBCDIC-42"));
    }

    @Test
    void aByteOrderMarkAndForeignLineEndsAreAccepted() {
        var reading = Readings.read("\uFEFF<!DOCTYPE safe>\r\n<safe>\r\n<service mode=\"lite\"/>\r\n</safe>");

        assertEquals(3, reading.errors().getFirst().line());
        assertEquals(10, reading.errors().getFirst().column());
    }

    @Test
    void noGarbageMakesTheReaderFail() {
        long seed = Long.getLong("seed", 1);
        var random = new Random(seed);
        var valid =
                Readings.mirror("<rfs><replicated dir=\"/a\"/></rfs><user/>").getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 200; round++) {
            var bytes = valid.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                var reading = Readings.readBytes(bytes);
                assertTrue(reading.config().isPresent() == reading.errors().isEmpty());
            } catch (RuntimeException failure) {
                throw new AssertionError("seed " + seed + ", round " + round, failure);
            }
        }
    }
}
