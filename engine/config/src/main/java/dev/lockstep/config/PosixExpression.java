package dev.lockstep.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * POSIX extended regular expressions, translated for {@link Pattern}, which finds them in a time that grows with the text and never
 * faster.
 *
 * <p>The languages agree on most operators. They differ in brackets (where a backslash is an ordinary character, and
 * classes such as {@code [:digit:]} live) and in what only the other understands, which is made ordinary or refused. What an
 * expression costs grows with its size once its counted repetitions are written out: that is bounded here.
 */
final class PosixExpression {
    /** Largest number in braces, that of POSIX. */
    static final int REPETITIONS_MAX = 255;

    /** Largest expression, its repetitions written out. */
    static final int SIZE_MAX = 1_000;

    /** Longest expression, in characters. */
    private static final int LENGTH_MAX = 2_000;

    private static final String SPACES = " \\t\\n\\x0B\\f\\r";
    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("alpha", "\\p{L}\\p{Nl}"),
            Map.entry("digit", "0-9"),
            Map.entry("alnum", "\\p{L}\\p{Nl}\\p{Nd}"),
            Map.entry("upper", "\\p{Lu}"),
            Map.entry("lower", "\\p{Ll}"),
            Map.entry("space", SPACES),
            Map.entry("blank", " \\t"),
            Map.entry("punct", "!-/:-@\\[-`{-~"),
            Map.entry("print", "\\x20-\\x7E"),
            Map.entry("graph", "\\x21-\\x7E"),
            Map.entry("cntrl", "\\x00-\\x1F\\x7F"),
            Map.entry("xdigit", "0-9A-Fa-f"));

    /** A text that is no expression. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message);
        }
    }

    private final String posix;
    private final StringBuilder translated = new StringBuilder();
    private final Deque<Integer> sizesAround = new ArrayDeque<>();
    private int size;
    private int sizeOfLast;
    private int at;

    private PosixExpression(String posix) {
        this.posix = posix;
    }

    /**
     * The same expression for {@link Pattern}.
     *
     * @throws Invalid with the reason if it is none, or too large
     */
    static String translate(String posix) throws Invalid {
        return read(posix).translated.toString();
    }

    /** How much there is to match, at most {@link #SIZE_MAX}. */
    static int size(String posix) throws Invalid {
        return read(posix).size;
    }

    private static PosixExpression read(String posix) throws Invalid {
        if (posix.length() > LENGTH_MAX) {
            throw new Invalid("it has more than " + LENGTH_MAX + " characters");
        }
        var translation = new PosixExpression(posix);
        translation.run();
        try {
            Pattern.compile(translation.translated.toString());
        } catch (PatternSyntaxException failure) {
            throw (Invalid) new Invalid(failure.getDescription()
                            + (failure.getPattern().isEmpty() ? "" : " at \"" + failure.getPattern() + "\""))
                    .initCause(failure);
        }
        return translation;
    }

    private void run() throws Invalid {
        while (at < posix.length()) {
            char c = posix.charAt(at);
            switch (c) {
                case '[' -> bracket();
                case '\\' -> escape();
                case '{' -> brace();
                case '}' -> literal(c);
                case '*', '+', '?' -> repetition(c);
                case '$' -> end();
                case '(' -> open();
                case ')' -> close();
                case '|' -> alternative();
                default -> {
                    translated.append(c);
                    grow(1);
                    at++;
                }
            }
            if (size > SIZE_MAX) {
                throw new Invalid("with its repetitions written out it has more than " + SIZE_MAX + " parts");
            }
        }
    }

    private void grow(int atom) {
        size += atom;
        sizeOfLast = atom;
    }

    private void open() {
        translated.append('(');
        sizesAround.push(size);
        size = 0;
        sizeOfLast = 0;
        at++;
    }

    /** One too many is found by who compiles the expression. */
    private void close() {
        translated.append(')');
        sizeOfLast = size + 1;
        size = sizeOfLast + (sizesAround.isEmpty() ? 0 : sizesAround.pop());
        at++;
    }

    private void alternative() {
        translated.append('|');
        grow(1);
        at++;
    }

    private void literal(char c) {
        translated.append('\\').append(c);
        grow(1);
        at++;
    }

    /** The end of the text and nothing else: a file name may have a line end. */
    private void end() {
        translated.append("\\z");
        grow(1);
        at++;
    }

    /** A backslash takes the meaning from an operator; before a letter POSIX leaves it open, and the usual ones are kept. */
    private void escape() throws Invalid {
        if (at + 1 == posix.length()) {
            throw new Invalid("it ends with a backslash");
        }
        char next = posix.charAt(at + 1);
        if (Character.isLetterOrDigit(next) && "wWsSbB".indexOf(next) < 0) {
            throw new Invalid(
                    "\\" + next + " means nothing in a POSIX expression; write a bracket such as [[:digit:]]");
        }
        switch (next) {
            case 's' -> translated.append('[').append(SPACES).append(']');
            case 'S' -> translated.append("[^").append(SPACES).append(']');
            default -> translated.append(next < 0x80 ? "\\" : "").append(next);
        }
        grow(1);
        at += 2;
    }

    private void brace() throws Invalid {
        int end = posix.indexOf('}', at);
        var counts = end < 0 ? "" : posix.substring(at + 1, end);
        if (!counts.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
            literal('{');
            return;
        }
        var bounds = counts.split(",", -1);
        int least = Integer.parseInt(bounds[0]);
        int most = bounds.length == 1 || bounds[1].isEmpty() ? least : Integer.parseInt(bounds[1]);
        if (Math.max(least, most) > REPETITIONS_MAX) {
            throw new Invalid("{" + counts + "} counts further than " + REPETITIONS_MAX);
        }
        repeat(Math.max(1, bounds.length == 2 && bounds[1].isEmpty() ? least + 1 : most));
        translated.append('{').append(counts).append('}');
        at = end + 1;
    }

    private void repeat(int times) {
        size += sizeOfLast * (times - 1);
        sizeOfLast *= times;
    }

    /** Two repetitions in a row, which could be read as a lazy one, are a group repeated again. */
    private void repetition(char c) throws Invalid {
        if (at == 0 || isBehind("(|")) {
            throw new Invalid("\"" + c + "\" at character " + (at + 1) + " repeats nothing");
        }
        if (isBehind("*+?}")) {
            throw new Invalid("\"" + c + "\" at character " + (at + 1) + " follows another repetition");
        }
        translated.append(c);
        size++;
        sizeOfLast++;
        at++;
    }

    /** Whether the character before is one of these operators, and not made ordinary by a backslash. */
    private boolean isBehind(String operators) {
        return operators.indexOf(posix.charAt(at - 1)) >= 0 && (at < 2 || posix.charAt(at - 2) != '\\');
    }

    private void bracket() throws Invalid {
        int start = at++;
        translated.append('[');
        if (at < posix.length() && posix.charAt(at) == '^') {
            translated.append('^');
            at++;
        }
        boolean first = true;
        while (at < posix.length()) {
            char c = posix.charAt(at);
            if (c == ']' && !first) {
                translated.append(']');
                grow(1);
                at++;
                return;
            }
            first = false;
            if (posix.startsWith("[:", at)) {
                characterClass();
            } else if (posix.startsWith("[.", at) || posix.startsWith("[=", at)) {
                throw new Invalid("collating elements and equivalence classes are not supported");
            } else {
                translated.append(isSpecialInBrackets(c) ? "\\" : "").append(c);
                at++;
            }
        }
        throw new Invalid("the bracket at character " + (start + 1) + " is not closed");
    }

    private static boolean isSpecialInBrackets(char c) {
        return "[]\\&^".indexOf(c) >= 0;
    }

    private void characterClass() throws Invalid {
        int end = posix.indexOf(":]", at + 2);
        var name = end < 0 ? posix.substring(at + 2) : posix.substring(at + 2, end);
        var known = CLASSES.get(name);
        if (known == null) {
            throw new Invalid("[:" + name + (end < 0 ? "" : ":]") + " is no character class");
        }
        translated.append(known);
        at = end + 2;
    }
}
