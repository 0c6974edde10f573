package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may change what root runs. */
class CustodyTest {
    private static final int NOBODY = 65534;

    @TempDir
    Path directory;

    @Test
    void aFileOfSomebodyElseIsTold() throws IOException {
        assumeTrue(Custody.ownUser() == 0, "only root can give files away");
        Path file = Files.writeString(directory.resolve("hook"), "");
        Files.setAttribute(file, "unix:uid", NOBODY);

        assertEquals(List.of(file + " belongs to user 65534."), Custody.strangers(directory));
    }

    @Test
    void aFileOthersMayWriteIsTold() throws IOException {
        Path file = Files.writeString(directory.resolve("hook"), "");
        mode(file, "rw-rw-r--");

        assertEquals(List.of(file + " can be written by others than its owner."), Custody.strangers(directory));
    }

    @Test
    void aDirectoryAboveThatOthersMayWriteIsToldUnlessItIsLikeTmp() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Path inside = Files.createDirectory(open.resolve("inside"));
        mode(open, "rwxrwxrwx");

        assertEquals(
                List.of(open.toRealPath() + " can be written by others than its owner."),
                Custody.strangersAbove(inside));

        Files.setAttribute(open, "unix:mode", 01777);
        assertEquals(List.of(), Custody.strangersAbove(inside));
    }

    @Test
    void aStateDirectoryThatWasOpenIsClosedOnce() throws IOException {
        Path inside = Files.createDirectories(directory.resolve("var/cluster"));
        Path key = Files.writeString(directory.resolve("var/key"), "secret");
        Path link = Files.createSymbolicLink(directory.resolve("var/link"), directory);
        mode(inside, "rwxr-xr-x");
        mode(key, "rw-r--r--");
        mode(directory.resolve("var"), "rwxr-xr-x");

        assertEquals(3, Custody.close(directory.resolve("var")));

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(inside)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(0, Custody.close(directory.resolve("var")));
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
