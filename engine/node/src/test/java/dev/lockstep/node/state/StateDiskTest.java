package dev.lockstep.node.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDiskTest {
    private final IOException noSpace = new IOException("cannot write", new IOException("No space left on device"));

    @TempDir
    Path directory;

    @Test
    void aFailureOnADiskWithRoomIsToldAsItIs() throws Exception {
        StateDisk disk = new StateDisk(directory);

        assertEquals("Permission denied", disk.explain(new IOException("Permission denied")));
        assertEquals("cannot write", disk.explain(noSpace), "it was another disk that was full");
        assertEquals("java.lang.NullPointerException", disk.explain(new NullPointerException()));
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    /** In /proc no file can be made: as on a disk without room for one more. */
    @Test
    void aFullDiskIsNamedWithItsPlaceAndItsFileSystem() {
        Path full = Path.of("/proc/self");
        assumeTrue(Files.isDirectory(full));
        StateDisk disk = new StateDisk(full.resolve("not-there-yet"));

        String text = disk.explain(noSpace);

        assertTrue(
                text.matches(
                        "cannot write\\. The file system of /proc/self/not-there-yet, mounted as /proc \\(.*\\), is"
                                + " full: \\d+ KiB of \\d+ KiB are free.*"),
                text);
        assertTrue(disk.isFull(noSpace));
        assertFalse(new StateDisk(directory).isFull(noSpace));
    }
}
