package dev.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTroubleTest {
    @TempDir
    Path directory;

    @Test
    void whatIsTheMatterWithAFileIsSaidInWords() {
        Path missing = directory.resolve("missing/cluster.xml");
        IOException absent = assertThrows(IOException.class, () -> Files.readAllBytes(missing));
        IOException folder = assertThrows(IOException.class, () -> Files.readAllBytes(directory));
        IOException nowhere = assertThrows(IOException.class, () -> Files.createFile(missing));

        assertEquals(missing + " does not exist.", FileTrouble.reading(missing, absent));
        assertEquals(directory + " cannot be read: Is a directory.", FileTrouble.reading(directory, folder));
        assertEquals(
                missing + " cannot be written: its directory does not exist.", FileTrouble.writing(missing, nowhere));
    }
}
