package dev.lockstep.config;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * POSIX extended regular expressions, translated for {@link Pattern}.
 *
 * <p>The languages agree on most operators. They differ in brackets (where a backslash is an ordinary character, and
 * classes such as {@code [:digit:]} live) and in what only Java understands, which is made ordinary or refused.
 */
final class PosixExpression {
    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("alpha", "\\p{IsAlphabetic}"),
            Map.entry("digit", "0-9"),
            Map.entry("alnum", "\\p{IsAlphabetic}\\p{IsDigit}"),
            Map.entry("upper", "\\p{IsUppercase}"),
            Map.entry("lower", "\\p{IsLowercase}"),
            Map.entry("space", "\\s"),
            Map.entry("blank", " \\t"),
            Map.entry("punct", "\\p{Punct}"),
            Map.entry("print", "\\p{Print}"),
            Map.entry("graph", "\\p{Graph}"),
            Map.entry("cntrl", "\\p{Cntrl}"),
            Map.entry("xdigit", "0-9A-Fa-f"));

    /** A text that is no expression. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message);
        }
    }

    private final String posix;
    private final StringBuilder java = new StringBuilder();
    private int at;

    private PosixExpression(String posix) {
        this.posix = posix;
    }

    /**
     * The same expression for {@link Pattern}.
     *
     * @throws Invalid with the reason if it is none
     */
    static String translate(String posix) throws Invalid {
        var translation = new PosixExpression(posix);
        translation.run();
        try {
            return Pattern.compile(translation.java.toString()).pattern();
        } catch (PatternSyntaxException failure) {
            throw (Invalid) new Invalid(failure.getDescription() + " near character " + (failure.getIndex() + 1))
                    .initCause(failure);
        }
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
                default -> {
                    java.append(c);
                    at++;
                }
            }
        }
    }

    private void literal(char c) {
        java.append('\\').append(c);
        at++;
    }

    /** Java's own {@code $} also matches before a last line end, which a file name may have. */
    private void end() {
        java.append("\\z");
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
        java.append('\\').append(next);
        at += 2;
    }

    private void brace() {
        var bound = Pattern.compile("\\{[0-9]+(,[0-9]*)?}").matcher(posix).region(at, posix.length());
        if (bound.lookingAt()) {
            java.append(bound.group());
            at = bound.end();
        } else {
            literal('{');
        }
    }

    /** Two repetitions in a row, which Java would read as a lazy or possessive one, are a group repeated again. */
    private void repetition(char c) throws Invalid {
        if (at == 0 || isBehind("(|")) {
            throw new Invalid("\"" + c + "\" at character " + (at + 1) + " repeats nothing");
        }
        if (isBehind("*+?}")) {
            throw new Invalid("\"" + c + "\" at character " + (at + 1) + " follows another repetition");
        }
        java.append(c);
        at++;
    }

    /** Whether the character before is one of these operators, and not made ordinary by a backslash. */
    private boolean isBehind(String operators) {
        return operators.indexOf(posix.charAt(at - 1)) >= 0 && (at < 2 || posix.charAt(at - 2) != '\\');
    }

    private void bracket() throws Invalid {
        int start = at++;
        java.append('[');
        if (at < posix.length() && posix.charAt(at) == '^') {
            java.append('^');
            at++;
        }
        boolean first = true;
        while (at < posix.length()) {
            char c = posix.charAt(at);
            if (c == ']' && !first) {
                java.append(']');
                at++;
                return;
            }
            first = false;
            if (posix.startsWith("[:", at)) {
                characterClass();
            } else if (posix.startsWith("[.", at) || posix.startsWith("[=", at)) {
                throw new Invalid("collating elements and equivalence classes are not supported");
            } else {
                java.append(isSpecialInJavaClass(c) ? "\\" : "").append(c);
                at++;
            }
        }
        throw new Invalid("the bracket at character " + (start + 1) + " is not closed");
    }

    private static boolean isSpecialInJavaClass(char c) {
        return "[]\\&^".indexOf(c) >= 0;
    }

    private void characterClass() throws Invalid {
        int end = posix.indexOf(":]", at + 2);
        var name = end < 0 ? posix.substring(at + 2) : posix.substring(at + 2, end);
        var translated = CLASSES.get(name);
        if (translated == null) {
            throw new Invalid("[:" + name + (end < 0 ? "" : ":]") + " is no character class");
        }
        java.append(translated);
        at = end + 2;
    }
}
