package dev.lockstep.config.xml;

/** Writes a tree as a document in UTF-8. */
public final class XmlWriter {
    private static final String INDENT = "  ";

    private XmlWriter() {}

    /** The document, with its XML declaration. */
    public static String write(XmlElement root) {
        var out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        write(root, 0, out);
        return out.toString();
    }

    private static void write(XmlElement element, int depth, StringBuilder out) {
        out.append(INDENT.repeat(depth)).append('<').append(element.name());
        for (var attribute : element.attributes()) {
            out.append(' ').append(attribute.name()).append("=\"");
            escape(attribute.value(), out);
            out.append('"');
        }
        var texts = element.texts().stream().filter(text -> !text.isBlank()).toList();
        if (element.children().isEmpty() && texts.isEmpty()) {
            out.append("/>\n");
            return;
        }
        out.append(">\n");
        for (var child : element.children()) {
            write(child, depth + 1, out);
        }
        for (var text : texts) {
            out.append("<![CDATA[")
                    .append(text.text().replace("]]>", "]]]]><![CDATA[>"))
                    .append("]]>\n");
        }
        out.append(INDENT.repeat(depth)).append("</").append(element.name()).append(">\n");
    }

    private static void escape(String value, StringBuilder out) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\n', '\r', '\t' -> out.append("&#").append((int) c).append(';');
                default -> out.append(c);
            }
        }
    }
}
