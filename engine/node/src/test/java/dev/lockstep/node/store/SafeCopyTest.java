package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that belongs to anybody is copied so that the copy belongs to the engine, and nothing but the folder is read. */
class SafeCopyTest {
    @TempDir
    Path directory;

    private Path source;
    private Path target;

    @BeforeEach
    void folder() throws IOException {
        source = Files.createDirectories(directory.resolve("source/bin")).getParent();
        target = directory.resolve("target");
        Files.writeString(source.resolve("bin/start_prim"), "#!/bin/sh\n");
    }

    @Test
    void theCopyIsTheEnginesWhateverTheModesWere() throws Exception {
        Files.setPosixFilePermissions(source.resolve("bin"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(source.resolve("bin/start_prim"), PosixFilePermissions.fromString("rwxrwxrwx"));

        SafeCopy.copy(source, target);

        assertEquals(List.of(), Custody.strangers(target));
        assertTrue(Files.isExecutable(target.resolve("bin/start_prim")));
        assertEquals(
                Files.getLastModifiedTime(source.resolve("bin/start_prim")),
                Files.getLastModifiedTime(target.resolve("bin/start_prim")));
        assertFalse(Custody.strangers(source).isEmpty());
    }

    @Test
    void aLinkIsRefusedAndNotFollowed() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "key");
        Files.createSymbolicLink(source.resolve("bin/link"), secret);

        assertRefused("bin/link is a symbolic link");
        assertFalse(Files.exists(target.resolve("bin/link")));
    }

    /** Whoever opens a pipe for reading waits for a writer that never comes. */
    @Test
    void aPipeIsRefusedAtOnce() throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", source.resolve("bin/pipe").toString())
                        .start()
                        .waitFor());

        assertRefused("bin/pipe is neither a file nor a folder");
    }

    @Test
    void foldersInsideEachOtherWithoutEndAreRefused() throws Exception {
        Files.createDirectories(source.resolve("d/".repeat(40)));

        assertRefused("folders inside each other");
    }

    @Test
    void anEndlessFileIsRefusedBeforeItFillsTheDisk() throws Exception {
        Path sparse = source.resolve("bin/large");
        try (var file = new java.io.RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(ModuleFolder.BYTES + 1);
        }

        assertRefused("larger than " + ModuleFolder.BYTES + " bytes");
    }

    @Test
    void aNameWithALineEndIsRefusedAndShownEscaped() throws Exception {
        Files.writeString(source.resolve("bin/a\nb"), "");

        assertRefused("bin/a\\x0ab has a name with characters that are none");
    }

    private void assertRefused(String reason) {
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> assertTimeoutPreemptively(Duration.ofMinutes(2), () -> SafeCopy.copy(source, target)));
        assertTrue(refusal.reason().contains(reason), refusal.reason());
    }
}
