package dev.lockstep.node.store;

import dev.lockstep.node.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gives new values to the macros of a configuration, leaving everything else of the text as it is, comments included. */
final class MacroSetter {
    /** What is no markup, or a whole macro element's start, or any other tag: in this order. */
    private static final Pattern MARKUP = Pattern.compile(
            "<!--.*?-->|<!\\[CDATA\\[.*?]]>|<\\?.*?\\?>|<macro\\b(?<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
            Pattern.DOTALL);

    private static final Pattern ATTRIBUTE = Pattern.compile("(?<name>[\\w:.-]+)\\s*=\\s*(?<value>\"[^\"]*\"|'[^']*')");

    private MacroSetter() {}

    /**
     * The text with new values.
     *
     * @throws Refusal (INVALID) if it has no such macro
     */
    static String set(String xml, Map<String, String> values, String file) throws Refusal {
        if (values.isEmpty()) {
            return xml;
        }
        SequencedMap<String, int[]> places = places(xml);
        TreeSet<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(places.keySet());
        if (!unknown.isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The module has no macro " + String.join(", ", unknown) + ".",
                    places.isEmpty()
                            ? file + " has no macros at all."
                            : file + " has the macros " + String.join(", ", places.keySet()) + ".",
                    "Give --set one of these, or edit the file.");
        }
        TreeMap<Integer, String> byPlace = new TreeMap<>();
        values.forEach((name, value) -> byPlace.put(places.get(name)[0], name));
        StringBuilder result = new StringBuilder(xml);
        for (String name : byPlace.descendingMap().values()) {
            int[] place = places.get(name);
            result.replace(place[0], place[1], quoted(values.get(name)));
        }
        return result.toString();
    }

    /** Where the values of the macros are, quotes included; a second macro of the same name is the configuration's fault. */
    private static SequencedMap<String, int[]> places(String xml) {
        SequencedMap<String, int[]> places = new LinkedHashMap<>();
        Matcher markup = MARKUP.matcher(xml);
        while (markup.find()) {
            if (markup.group("attributes") == null) {
                continue;
            }
            String name = null;
            int[] value = null;
            Matcher attribute = ATTRIBUTE.matcher(xml).region(markup.start("attributes"), markup.end("attributes"));
            while (attribute.find()) {
                if (attribute.group("name").equals("name")) {
                    String text = attribute.group("value");
                    name = text.substring(1, text.length() - 1);
                } else if (attribute.group("name").equals("value")) {
                    value = new int[] {attribute.start("value"), attribute.end("value")};
                }
            }
            if (name != null && value != null) {
                places.putIfAbsent(name, value);
            }
        }
        return places;
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '"' -> text.append("&quot;");
                case '\n', '\r', '\t' -> text.append("&#").append((int) c).append(';');
                default -> text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
