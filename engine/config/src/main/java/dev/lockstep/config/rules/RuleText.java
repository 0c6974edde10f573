package dev.lockstep.config.rules;

/** A cursor over the text of rules. */
final class RuleText {
    private final String text;
    private int at;

    RuleText(String text) {
        this.text = text;
    }

    int offset() {
        return at;
    }

    void moveTo(int offset) {
        at = offset;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    char peek() {
        return atEnd() ? '\0' : text.charAt(at);
    }

    char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
    }

    boolean startsWith(String word) {
        return text.startsWith(word, at);
    }

    /** Skips blanks. */
    void skipBlanks() {
        while (!atEnd() && Character.isWhitespace(peek())) {
            at++;
        }
    }

    /** Moves behind the next occurrence of a mark; to the end, and false, if there is none. */
    boolean skipBehind(String mark) {
        int found = text.indexOf(mark, at);
        at = found < 0 ? text.length() : found + mark.length();
        return found >= 0;
    }

    /** Takes characters while they are none of these and no blank. */
    String takeUntil(String stops) {
        int start = at;
        while (!atEnd() && !Character.isWhitespace(peek()) && stops.indexOf(peek()) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Takes this text if it comes next. */
    boolean take(String expected) {
        if (!startsWith(expected)) {
            return false;
        }
        at += expected.length();
        return true;
    }

    /** The word at the cursor, or a description of what is there, for a message. */
    String here() {
        if (atEnd()) {
            return "the end of the section";
        }
        int start = at;
        var word = takeUntil("(){};,:=!&|\"");
        at = start;
        return "\"" + (word.isEmpty() ? String.valueOf(peek()) : word) + "\"";
    }
}
