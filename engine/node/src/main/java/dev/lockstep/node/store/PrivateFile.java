package dev.lockstep.node.store;

import dev.lockstep.node.state.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Replaces a file that only its owner may read. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Replaces {@code file} at once and durably; no moment passes in which others could read it. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        if (Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        AtomicFile.replace(file, content);
    }
}
