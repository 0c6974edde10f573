package dev.lockstep.node.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Short names of contents: equal when the contents are. */
final class Signature {
    /** Hexadecimal digits shown: enough to tell configurations apart, short enough to compare by eye. */
    private static final int DIGITS = 16;

    private static final int BUFFER_BYTES = 64 << 10;

    private Signature() {}

    /** Of some bytes. */
    static String of(byte[] content) {
        return shown(digest().digest(content));
    }

    /** Of the names and contents of all files below some directories. */
    static String of(List<Path> directories) throws IOException {
        MessageDigest digest = digest();
        for (Path directory : directories) {
            for (Path file : ModuleFolder.files(directory)) {
                String name = directory.getFileName() + "/"
                        + directory.relativize(file).toString().replace('\\', '/') + "\0" + Files.size(file) + "\0";
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                    update(digest, content);
                }
            }
        }
        return shown(digest.digest());
    }

    /** All digits, of a stream read to its end. */
    static String full(InputStream content) throws IOException {
        MessageDigest digest = digest();
        update(digest, content);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, InputStream content) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            digest.update(buffer, 0, read);
        }
    }

    /** A digest of secret bytes for one purpose. */
    static byte[] digest(String purpose, byte[] secret) {
        MessageDigest digest = digest();
        digest.update((purpose + "\0").getBytes(StandardCharsets.UTF_8));
        return digest.digest(secret);
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
