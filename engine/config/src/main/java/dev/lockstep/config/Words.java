package dev.lockstep.config;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Words and numbers of a document that passed every check, as values. */
final class Words {
    private Words() {}

    /** The constant of this name, whatever its case. */
    static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }

    /** Whether a switch is on. */
    static boolean on(String word) {
        return word.equals("on") || word.equals("yes");
    }

    /** A number. */
    static int number(String text) {
        return Integer.parseInt(text);
    }

    /** A number that may be absent. */
    static OptionalInt numberIfWritten(String text) {
        return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    }

    /** A text that may be absent; an empty one is. */
    static Optional<String> textIfWritten(String text) {
        return Optional.ofNullable(text).filter(value -> !value.isBlank());
    }

    /** An expression that passed every check. */
    static String expression(String posix) {
        try {
            return PosixExpression.translate(posix);
        } catch (PosixExpression.Invalid invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }
}
