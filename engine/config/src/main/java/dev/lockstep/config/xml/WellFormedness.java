package dev.lockstep.config.xml;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says why a document is not well-formed: a parser tells where it could not go on, which is often far behind the mistake. Looks at the
 * text before that place for the tag that was never closed, the quote that is missing, the comment without an end.
 */
final class WellFormedness {
    private static final Pattern MISMATCH = Pattern.compile(
            "The element type \"([^\"]+)\" must be terminated by the matching end-tag.*", Pattern.DOTALL);
    private static final Pattern LESS_THAN = Pattern.compile(
            "The value of attribute \"([^\"]+)\" .*must not contain the '<' character.*", Pattern.DOTALL);
    private static final Pattern UNFINISHED_TAG = Pattern.compile(
            "Element type \"([^\"]+)\" must be followed by either attribute specifications.*", Pattern.DOTALL);
    private static final Pattern UNKNOWN_ENTITY =
            Pattern.compile("The entity \"([^\"]+)\" was referenced, but not declared.*");
    private static final Pattern END_TAG = Pattern.compile("</\\s*([^\\s>]*)");

    private final String text;
    private final Place failed;
    private final String message;
    private final List<TreeBuilder.Open> open;

    private WellFormedness(String text, Place failed, String message, List<TreeBuilder.Open> open) {
        this.text = text;
        this.failed = failed;
        this.message = message;
        this.open = open;
    }

    /**
     * The fault to show for a failure of the parser.
     *
     * @param failed where the parser could not go on
     * @param message what it said
     * @param open the elements that were open there, outermost first
     */
    static XmlFault explain(String text, Place failed, String message, List<TreeBuilder.Open> open) {
        var look = new WellFormedness(text, failed, message, open);
        return look.unclosedComment()
                .or(look::mismatch)
                .or(look::missingQuote)
                .or(look::unfinishedTag)
                .or(look::ampersand)
                .orElseGet(look::asTold);
    }

    private Optional<XmlFault> unclosedComment() {
        for (var mark :
                List.of(new String[] {"<!--", "-->", "comment"}, new String[] {"<![CDATA[", "]]>", "CDATA section"})) {
            int start = text.lastIndexOf(mark[0]);
            if (start >= 0 && text.indexOf(mark[1], start) < 0) {
                return fault(place(start), "this " + mark[2] + " has no end", "Close it with " + mark[1] + ".");
            }
        }
        return Optional.empty();
    }

    private Optional<XmlFault> mismatch() {
        Matcher matcher = MISMATCH.matcher(message);
        if (!matcher.matches() || open.isEmpty()) {
            return Optional.empty();
        }
        var unclosed = open.getLast();
        int before = offset(failed);
        int tag = text.lastIndexOf("</", Math.max(0, before - 1));
        Matcher end = tag < 0 ? null : END_TAG.matcher(text).region(tag, text.length());
        String found =
                end != null && end.lookingAt() && failed.line() == place(tag).line() ? end.group(1) : "";
        boolean closesAnother = open.stream().anyMatch(element -> element.name().equals(found));
        if (!found.isEmpty() && !closesAnother) {
            return fault(
                    place(tag),
                    "</" + found + "> ends no open element; the element open here is <" + unclosed.name()
                            + ">, from line " + unclosed.place().line(),
                    "Write </" + unclosed.name() + ">, or remove it.");
        }
        return fault(
                unclosed.place(),
                "the element <" + unclosed.name() + "> is opened here and not closed before "
                        + (found.isEmpty() ? "the end of the file" : "</" + found + "> at line " + failed.line()),
                "Add </" + unclosed.name() + "> where it ends, or end its tag with \"/>\".");
    }

    /** A value runs on until the next quote, which is the first one of another attribute or is behind the end of the tag. */
    private Optional<XmlFault> missingQuote() {
        Matcher lessThan = LESS_THAN.matcher(message);
        Matcher unfinished = UNFINISHED_TAG.matcher(message);
        if (!lessThan.matches() && !unfinished.matches()) {
            return Optional.empty();
        }
        int start = text.lastIndexOf('<', Math.max(0, offset(failed) - 2));
        Optional<Integer> swallowed = swallowedFrom(start, Math.min(text.length(), offset(failed)));
        return swallowed.flatMap(at -> fault(
                place(at),
                "the value of the attribute " + attributeBefore(at) + " has no quote at its end",
                "Close it with the quote it begins with."));
    }

    /** Where the value begins that contains a line end, an equals sign or a tag, if one does; else none. */
    private Optional<Integer> swallowedFrom(int tagStart, int end) {
        int at = tagStart;
        while (at >= 0 && at < end) {
            char c = text.charAt(at);
            if (c == '"' || c == '\'') {
                int close = text.indexOf(c, at + 1);
                String value = text.substring(at + 1, close < 0 ? text.length() : close);
                if (close < 0
                        || close >= end
                        || value.indexOf('<') >= 0
                        || value.stripTrailing().endsWith("=")) {
                    return Optional.of(at);
                }
                at = close;
            }
            at++;
        }
        return Optional.empty();
    }

    private String attributeBefore(int quote) {
        Matcher name =
                Pattern.compile("([^\\s=<\"']+)\\s*=\\s*$").matcher(text.substring(Math.max(0, quote - 100), quote));
        return name.find() ? name.group(1) : "";
    }

    private Optional<XmlFault> unfinishedTag() {
        Matcher matcher = UNFINISHED_TAG.matcher(message);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int start = text.lastIndexOf("<" + matcher.group(1), offset(failed));
        return fault(
                start < 0 ? failed : place(start),
                "the tag <" + matcher.group(1) + " is not finished: at line " + failed.line() + ", column "
                        + failed.column() + " something stands in it that is no attribute=\"value\"",
                "End it with > or />, or correct what stands there.");
    }

    private Optional<XmlFault> ampersand() {
        Matcher unknown = UNKNOWN_ENTITY.matcher(message);
        if (unknown.matches()) {
            return fault(
                    failed,
                    "&" + unknown.group(1) + "; is not defined",
                    "Write &amp; where a plain & is meant; lt, gt, amp, quot and apos are the only names.");
        }
        return message.contains("entity reference") || message.contains("The reference to entity")
                ? fault(failed, "a plain & stands in the text", "Write &amp; for it.")
                : Optional.empty();
    }

    private XmlFault asTold() {
        var remedy = open.isEmpty()
                ? "Correct the text here."
                : "Correct the text here, or the element <" + open.getLast().name() + "> opened at line "
                        + open.getLast().place().line() + ".";
        return new XmlFault(failed, "not well-formed XML: " + message, remedy);
    }

    private static Optional<XmlFault> fault(Place place, String problem, String remedy) {
        return Optional.of(new XmlFault(place, "not well-formed XML: " + problem, remedy));
    }

    private Place place(int offset) {
        return Place.START.after(text.substring(0, offset));
    }

    private int offset(Place place) {
        int at = 0;
        for (int line = 1; line < place.line(); line++) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                return text.length();
            }
            at = end + 1;
        }
        return Math.min(text.length(), at + place.column() - 1);
    }
}
