package dev.lockstep.it.files;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Few names, so that operations meet each other; among them those that programs forget: blanks, newlines, not UTF-8, too long. */
final class Names {
    private static final int NAME_MAX = 255;
    private static final int DEPTH_MAX = 2;

    private static final List<byte[]> DIRECTORIES =
            List.of(ascii("d0"), ascii("d1"), new byte[] {'d', (byte) 0xff, (byte) 0xfe});

    private static final List<byte[]> FILES = List.of(
            ascii("a"),
            ascii("b"),
            ascii("c"),
            ascii("e"),
            ascii("with blank"),
            ascii("new\nline"),
            "gr\u00f6\u00dfe".getBytes(StandardCharsets.UTF_8),
            new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0x80},
            ascii("x".repeat(NAME_MAX)),
            ascii("x".repeat(NAME_MAX + 1)));

    private final Random dice;

    Names(Random dice) {
        this.dice = dice;
    }

    /** A path relative to the top, to a file or directory that may exist or not. */
    byte[] any() {
        byte[] path = directory();
        byte[] last = dice.nextInt(6) == 0 ? pick(DIRECTORIES) : pick(FILES);
        return path.length == 0 ? last : TreeImage.join(path, last);
    }

    /** A path at which directories are made; the empty path is the top. */
    byte[] directory() {
        byte[] path = {};
        for (int depth = dice.nextInt(DEPTH_MAX + 1); depth > 0; depth--) {
            byte[] name = pick(DIRECTORIES);
            path = path.length == 0 ? name : TreeImage.join(path, name);
        }
        return path;
    }

    private byte[] pick(List<byte[]> from) {
        return from.get(dice.nextInt(from.size()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
