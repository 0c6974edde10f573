package dev.lockstep.config.xml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The characters of a document, with line ends unified, ready for a parser that is forbidden every declaration.
 *
 * <p>The XML declaration and a {@code <!DOCTYPE name>} without anything else are blanked out, so that the parser can
 * run with document type declarations switched off altogether: neither an external entity nor an internal subset can
 * ever reach it.
 */
final class SourceText {
    private static final Map<String, Charset> CHARSETS = Map.of(
            "UTF-8", StandardCharsets.UTF_8,
            "US-ASCII", StandardCharsets.US_ASCII,
            "ISO-8859-1", StandardCharsets.ISO_8859_1,
            "WINDOWS-1252", Charset.forName("windows-1252"));

    private static final Pattern DECLARATION = Pattern.compile("\\A<\\?xml\\s[^<>]*\\?>");
    private static final Pattern ENCODING = Pattern.compile("encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)[\"']");
    private static final Pattern PLAIN_DOCTYPE = Pattern.compile("<!DOCTYPE\\s+([A-Za-z_][A-Za-z0-9_.-]*)\\s*>");

    private final String text;

    private SourceText(String text) {
        this.text = text;
    }

    /**
     * Decodes a document and checks its prolog.
     *
     * @param rootName the only name its document type may have
     * @throws XmlFault if it is too large, not in its encoding, or declares more than a document type's name
     */
    static SourceText of(byte[] bytes, String rootName) throws XmlFault {
        if (bytes.length > XmlSource.SIZE_MAX) {
            throw new XmlFault(
                    Place.START,
                    "the file has " + bytes.length + " bytes, more than the " + XmlSource.SIZE_MAX
                            + " of a configuration",
                    "Give the configuration file itself.");
        }
        var text = decode(bytes).replace("\r\n", "\n").replace('\r', '\n');
        return new SourceText(blankProlog(text, rootName));
    }

    /** The characters, those of the prolog's declarations replaced by blanks. */
    String text() {
        return text;
    }

    private static String decode(byte[] bytes) throws XmlFault {
        if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
            return decode(bytes, 0, StandardCharsets.UTF_16);
        }
        int from = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        var head = new String(bytes, from, Math.min(bytes.length - from, 200), StandardCharsets.ISO_8859_1);
        var declaration = DECLARATION.matcher(head);
        if (declaration.find()) {
            var encoding = ENCODING.matcher(declaration.group());
            if (encoding.find()) {
                var charset = CHARSETS.get(encoding.group(1).toUpperCase(Locale.ROOT));
                if (charset == null) {
                    throw new XmlFault(
                            Place.START,
                            "the encoding \"" + encoding.group(1) + "\" is not supported",
                            "Save the file in UTF-8.");
                }
                return decode(bytes, from, charset);
            }
        }
        return decode(bytes, from, StandardCharsets.UTF_8);
    }

    private static String decode(byte[] bytes, int from, Charset charset) throws XmlFault {
        var input = ByteBuffer.wrap(bytes, from, bytes.length - from);
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(input)
                    .toString();
        } catch (CharacterCodingException failure) {
            var before = new String(bytes, from, input.position() - from, charset);
            throw (XmlFault) new XmlFault(
                            Place.START.after(before),
                            "a byte here is no character in " + charset.name(),
                            "Save the file in UTF-8, or declare its encoding in <?xml version=\"1.0\""
                                    + " encoding=\"...\"?>.")
                    .initCause(failure);
        }
    }

    private static boolean startsWith(byte[] bytes, int... expected) {
        if (bytes.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Blanks out the XML declaration and the document type; the prolog ends at the first element. */
    private static String blankProlog(String text, String rootName) throws XmlFault {
        var result = new StringBuilder(text);
        int at = 0;
        var declaration = DECLARATION.matcher(text);
        if (declaration.find()) {
            blank(result, 0, declaration.end());
            at = declaration.end();
        }
        boolean seen = false;
        while (at >= 0 && at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("<!--", at)) {
                at = endAfter(text, "-->", at + 4);
            } else if (text.startsWith("<?", at)) {
                at = endAfter(text, "?>", at + 2);
            } else if (text.startsWith("<!DOCTYPE", at) && !seen) {
                seen = true;
                int end = plainDoctypeEnd(text, at, rootName);
                blank(result, at, end);
                at = end;
            } else {
                return result.toString();
            }
        }
        return result.toString();
    }

    private static int plainDoctypeEnd(String text, int at, String rootName) throws XmlFault {
        Matcher doctype = PLAIN_DOCTYPE.matcher(text).region(at, text.length());
        var place = Place.START.after(text.substring(0, at));
        var remedy = "Write <!DOCTYPE " + rootName + "> or nothing: no entity is needed, and none is accepted.";
        if (!doctype.lookingAt()) {
            throw new XmlFault(
                    place, "the document type declares entities or names another file, which is refused", remedy);
        }
        if (!doctype.group(1).equals(rootName)) {
            throw new XmlFault(place, "the document type is \"" + doctype.group(1) + "\"", remedy);
        }
        return doctype.end();
    }

    private static int endAfter(String text, String mark, int from) {
        int found = text.indexOf(mark, from);
        return found < 0 ? -1 : found + mark.length();
    }

    private static void blank(StringBuilder text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '\n') {
                text.setCharAt(i, ' ');
            }
        }
    }
}
