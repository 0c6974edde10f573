package dev.lockstep.node.store;

import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Copies a folder that may belong to anybody, even while he changes it. Each directory is opened once and what is in it is reached from
 * there without following a link, so that nothing outside is ever read. The copy belongs to the user of the engine, and nobody else can
 * write to it, whatever the modes were.
 */
final class SafeCopy {
    /** Folders inside each other. */
    private static final int DEPTH_MAX = 32;

    private static final int BUFFER_BYTES = 64 << 10;

    private final Path source;
    private int filesLeft = ModuleFolder.FILES;
    private long bytesLeft = ModuleFolder.BYTES;

    private SafeCopy(Path source) {
        this.source = source;
    }

    /** Copies a folder to {@code target}, which does not exist. Links and what is no file are refused. */
    static void copy(Path source, Path target) throws Refusal, IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(source)) {
            new SafeCopy(source).copy(secure(entries), Path.of(""), target, 0);
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> entries) throws IOException {
        if (entries instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new IOException("this system cannot read a directory without following links");
    }

    private void copy(SecureDirectoryStream<Path> entries, Path below, Path target, int depth)
            throws Refusal, IOException {
        if (depth > DEPTH_MAX) {
            throw refused(below, "has more than " + DEPTH_MAX + " folders inside each other", "");
        }
        ModuleFolder.createDirectory(target);
        for (Path entry : entries) {
            Path name = entry.getFileName();
            Path relative = below.resolve(name);
            if (--filesLeft < 0) {
                throw refused(Path.of(""), "has more than " + ModuleFolder.FILES + " files", "");
            }
            if (!Shown.isPlain(name.toString())) {
                throw refused(relative, "has a name with characters that are none", "Rename it.");
            }
            PosixFileAttributes attributes = entries.getFileAttributeView(
                            name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (attributes.isSymbolicLink()) {
                throw refused(
                        relative,
                        "is a symbolic link, which would point to something else on another node",
                        "Replace it by the file itself.");
            } else if (attributes.isDirectory()) {
                try (SecureDirectoryStream<Path> inner = entries.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    copy(inner, relative, target.resolve(name.toString()), depth + 1);
                }
            } else if (attributes.isRegularFile()) {
                copyFile(entries, name, relative, target.resolve(name.toString()), attributes);
            } else {
                throw refused(relative, "is neither a file nor a folder", "Remove it from the module.");
            }
        }
    }

    private void copyFile(
            SecureDirectoryStream<Path> entries, Path name, Path relative, Path target, PosixFileAttributes attributes)
            throws Refusal, IOException {
        boolean executable = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
        FileTime modified = attributes.lastModifiedTime();
        ModuleFolder.createFile(target, executable);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (SeekableByteChannel from =
                        entries.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                SeekableByteChannel to = Files.newByteChannel(target, StandardOpenOption.WRITE)) {
            while (from.read(buffer) >= 0) {
                bytesLeft -= buffer.position();
                if (bytesLeft < 0) {
                    throw refused(relative, "makes the module larger than " + ModuleFolder.BYTES + " bytes", "");
                }
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        }
        Files.setLastModifiedTime(target, modified);
    }

    private Refusal refused(Path relative, String what, String correction) {
        return new Refusal(
                Refusal.Kind.INVALID,
                "The folder " + Shown.plain(source.toString()) + " is no module.",
                Shown.plain(source.resolve(relative).toString()) + " " + what + ".",
                correction);
    }
}
