package dev.lockstep.node.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Short names of contents: equal when the contents are. */
final class Signature {
    /** Hexadecimal digits shown: enough to tell configurations apart, short enough to compare by eye. */
    private static final int DIGITS = 16;

    private Signature() {}

    /** Of some bytes. */
    static String of(byte[] content) {
        return shown(digest().digest(content));
    }

    /** Of the names and contents of all files below some directories. */
    static String of(List<Path> directories) throws IOException {
        MessageDigest digest = digest();
        for (Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                continue;
            }
            List<Path> files;
            try (Stream<Path> entries = Files.walk(directory)) {
                files = entries.filter(Files::isRegularFile).sorted().toList();
            }
            for (Path file : files) {
                byte[] content = Files.readAllBytes(file);
                String name = directory.getFileName() + "/"
                        + directory.relativize(file).toString().replace('\\', '/') + "\0" + content.length + "\0";
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(content);
            }
        }
        return shown(digest.digest());
    }

    private static String shown(byte[] digest) {
        return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
