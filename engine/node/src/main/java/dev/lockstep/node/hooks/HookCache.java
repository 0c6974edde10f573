package dev.lockstep.node.hooks;

import dev.lockstep.node.state.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.codehaus.groovy.util.ReleaseInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compiled hooks of an applied configuration, kept beside its {@code bin} so that a start need not compile them again. They
 * count only if they were made from these very scripts by this very compiler, and if nobody but this user could have put them
 * there; else they are as good as not there.
 */
final class HookCache {
    /** The file beside {@code bin}. */
    static final String FILE = "hooks.compiled";

    /** Largest file that is read. */
    private static final long LARGEST_BYTES = 16L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(HookCache.class);

    /** Everything here that decides how a script is compiled. */
    private static final List<Class<?>> COMPILER = List.of(HookCompiler.class, DaemonGuard.class, HookScript.class);

    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path file;
    private final byte[] key;

    private HookCache(Path file, byte[] key) {
        this.file = file;
        this.key = key;
    }

    /** The cache for the scripts as they are now. */
    static HookCache of(Path bin) throws IOException {
        return new HookCache(bin.resolveSibling(FILE), key(bin));
    }

    private static byte[] key(Path bin) throws IOException {
        MessageDigest digest = digest();
        add(digest, "groovy " + ReleaseInfo.getVersion() + " java " + Runtime.version(), new byte[0]);
        for (Class<?> part : COMPILER) {
            try (InputStream code = part.getResourceAsStream(part.getSimpleName() + ".class")) {
                add(digest, part.getName(), code == null ? new byte[0] : code.readAllBytes());
            }
        }
        List<Path> sources;
        try (Stream<Path> files = Files.walk(bin, FileVisitOption.FOLLOW_LINKS)) {
            sources = files.filter(HookCache::isScript).sorted().toList();
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
        for (Path source : sources) {
            // What is larger is refused by the compiler, and never kept.
            long size = Files.size(source);
            byte[] content = size > HookCompiler.SCRIPT_BYTES ? new byte[0] : Files.readAllBytes(source);
            add(digest, size + " " + bin.relativize(source), content);
        }
        return digest.digest();
    }

    private static boolean isScript(Path path) {
        String name = path.toString();
        return name.endsWith(".groovy") && Files.isRegularFile(path);
    }

    private static void add(MessageDigest digest, String name, byte[] content) {
        byte[] named = name.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(8)
                .putInt(named.length)
                .putInt(content.length)
                .flip());
        digest.update(named);
        digest.update(content);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** What is kept, if it can be trusted and fits. */
    Optional<CompiledHooks> read() {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !ours(file) || !ours(file.getParent())) {
                return Optional.empty();
            }
            if (Files.size(file) > LARGEST_BYTES) {
                return Optional.empty();
            }
            return CompiledHooks.decoded(Files.readAllBytes(file), key);
        } catch (IOException | UnsupportedOperationException unreadable) {
            LOG.warn("{} cannot be read, so that the hooks are compiled again: {}", file, unreadable.toString());
            return Optional.empty();
        }
    }

    /** Whether this user owns it and nobody else can write to it. */
    private static boolean ours(Path path) throws IOException {
        Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                && Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).stream()
                        .noneMatch(OTHERS_WRITE::contains);
    }

    /** Keeps compiled hooks. A disk that refuses them costs the next start a second, and nothing now. */
    void keep(CompiledHooks compiled) {
        try {
            AtomicFile.replace(file, compiled.encoded(key));
        } catch (IOException refused) {
            LOG.warn("The compiled hooks cannot be kept in {}: {}", file, refused.toString());
        }
    }
}
