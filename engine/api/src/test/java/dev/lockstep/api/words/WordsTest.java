package dev.lockstep.api.words;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class WordsTest {
    @TempDir
    Path folder;

    @Test
    void oneOfAThingIsNotSpokenOfAsMany() {
        assertEquals("0 files", Counted.of(0, "file"));
        assertEquals("1 file", Counted.of(1, "file"));
        assertEquals("2 processes", Counted.of(2, "process", "processes"));
    }

    private static String said(Executable deed) {
        return Trouble.of(assertThrows(IOException.class, deed));
    }

    @Test
    void whatJavaNamesByItsPathAloneIsToldInWords() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "there");
        Path missing = folder.resolve("missing");
        assertEquals(missing + " does not exist", said(() -> Files.readString(missing)));
        assertEquals(file + " exists already", said(() -> Files.createFile(file)));
        assertEquals(file + " is no directory", Trouble.of(new NotDirectoryException(file.toString())));
        assertEquals(folder + " is a directory that is not empty", said(() -> Files.delete(folder)));
        assertEquals("/root/x may not be used: access is denied", Trouble.of(new AccessDeniedException("/root/x")));
        assertEquals("/a -> /b does not exist", Trouble.of(new java.nio.file.NoSuchFileException("/a", "/b", null)));
    }

    @Test
    void whatSaysItsReasonIsLeftAsItIs() {
        assertEquals(
                "/a: No space left on device",
                Trouble.of(new FileSystemException("/a", null, "No space left on device")));
        assertEquals("broken", Trouble.of(new IOException("broken")));
        assertTrue(Trouble.of(new IOException()).contains("IOException"));
    }
}
