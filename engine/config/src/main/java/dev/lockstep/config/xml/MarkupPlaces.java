package dev.lockstep.config.xml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the start tags, their attributes and the CDATA sections of a document are, in document order.
 *
 * <p>Parsers report the end of a start tag only. This scan finds the rest. It is exact on a well-formed document without
 * declarations; on any other it stops early, and the parser says why the document is wrong.
 */
final class MarkupPlaces {
    /**
     * One start tag.
     *
     * @param place of its {@code <}
     * @param attributes place of each attribute's name
     */
    record Tag(Place place, Map<String, Place> attributes) {}

    private final String text;
    private final List<Tag> tags = new ArrayList<>();
    private final List<Place> sections = new ArrayList<>();
    private int at;
    private Place known = Place.START;
    private int knownAt;

    private MarkupPlaces(String text) {
        this.text = text;
    }

    static MarkupPlaces of(String text) {
        var scan = new MarkupPlaces(text);
        scan.run();
        return scan;
    }

    /** The start tag with this number, from 0; the start of the document if there is none. */
    Tag tag(int index) {
        return index < tags.size() ? tags.get(index) : new Tag(Place.START, Map.of());
    }

    /** The first character of the CDATA section with this number, from 0. */
    Place section(int index) {
        return index < sections.size() ? sections.get(index) : Place.START;
    }

    private void run() {
        at = text.indexOf('<');
        while (at >= 0) {
            if (text.startsWith("<!--", at)) {
                at = skip("-->", at + 4);
            } else if (text.startsWith("<![CDATA[", at)) {
                sections.add(place(at + 9));
                at = skip("]]>", at + 9);
            } else if (text.startsWith("<?", at)) {
                at = skip("?>", at + 2);
            } else if (text.startsWith("</", at)) {
                at = skip(">", at + 2);
            } else {
                startTag();
            }
            at = at < 0 ? -1 : text.indexOf('<', at);
        }
    }

    private void startTag() {
        var tagPlace = place(at);
        var attributes = new HashMap<String, Place>();
        at = nameEnd(at + 1);
        while (at < text.length() && text.charAt(at) != '>') {
            if (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == '/') {
                at++;
                continue;
            }
            int nameStart = at;
            at = nameEnd(at);
            int equals = text.indexOf('=', at);
            int quote = equals < 0 ? -1 : quoteAfter(equals + 1);
            if (at == nameStart || quote < 0) {
                at = -1;
                break;
            }
            attributes.putIfAbsent(text.substring(nameStart, at), place(nameStart));
            int end = text.indexOf(text.charAt(quote), quote + 1);
            if (end < 0) {
                at = -1;
                break;
            }
            at = end + 1;
        }
        tags.add(new Tag(tagPlace, Map.copyOf(attributes)));
    }

    private int quoteAfter(int from) {
        int index = from;
        while (index < text.length() && Character.isWhitespace(text.charAt(index))) {
            index++;
        }
        return index < text.length() && (text.charAt(index) == '"' || text.charAt(index) == '\'') ? index : -1;
    }

    private int nameEnd(int from) {
        int index = from;
        while (index < text.length()
                && !Character.isWhitespace(text.charAt(index))
                && "=/>\"'<".indexOf(text.charAt(index)) < 0) {
            index++;
        }
        return index;
    }

    private int skip(String mark, int from) {
        int found = text.indexOf(mark, from);
        return found < 0 ? -1 : found + mark.length();
    }

    private Place place(int offset) {
        known = known.after(text.substring(knownAt, offset));
        knownAt = offset;
        return known;
    }
}
