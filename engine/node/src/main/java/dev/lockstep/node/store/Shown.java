package dev.lockstep.node.store;

import java.util.HexFormat;

/** Names that come from elsewhere, as they may be shown on a terminal or in a log. */
public final class Shown {
    private static final int CUT = 200;

    private Shown() {}

    /** Whether a name has only characters one can see. */
    static boolean isPlain(String name) {
        return name.codePoints().allMatch(Shown::isVisible);
    }

    /** The name on one line; characters that cannot be seen, or that do something to a terminal, are escaped. */
    public static String plain(String name) {
        if (name.length() <= CUT && isPlain(name)) {
            return name;
        }
        StringBuilder plain = new StringBuilder();
        name.codePoints().limit(CUT).forEach(character -> {
            if (isVisible(character)) {
                plain.appendCodePoint(character);
            } else if (character < 0x100) {
                plain.append("\\x").append(HexFormat.of().toHexDigits((byte) character));
            } else {
                plain.append("\\u").append(HexFormat.of().toHexDigits((char) character));
            }
        });
        return name.length() > CUT ? plain + "..." : plain.toString();
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> character != 0xFFFD;
        };
    }
}
