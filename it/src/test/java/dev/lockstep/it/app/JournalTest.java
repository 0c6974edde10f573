package dev.lockstep.it.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal of the tests finds every record that is whole, and none that is not. */
class JournalTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void aJournalOfTen() throws IOException {
        file = directory.resolve("journal");
        try (Journal journal = Journal.open(file)) {
            for (int number = 1; number <= 10; number++) {
                journal.append(number);
            }
        }
    }

    private static BitSet oneTo(int last) {
        BitSet all = new BitSet();
        all.set(1, last + 1);
        return all;
    }

    @Test
    void everythingAppendedIsFound() throws IOException {
        assertEquals(oneTo(10), Journal.numbers(file));
    }

    @Test
    void aDamagedRecordIsNotFound() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 4L * Journal.RECORD + 200);
        }
        BitSet expected = oneTo(10);
        expected.clear(5);
        assertEquals(expected, Journal.numbers(file));
    }

    @Test
    void aTornLastRecordIsPassedOverAndTheNextOnesCount() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(9L * Journal.RECORD + 100);
        }
        assertEquals(oneTo(9), Journal.numbers(file));
        try (Journal journal = Journal.open(file)) {
            journal.append(11);
        }
        BitSet expected = oneTo(9);
        expected.set(11);
        assertEquals(expected, Journal.numbers(file));
    }

    @Test
    void zeroesAreNoRecords() throws IOException {
        Files.write(file, new byte[Journal.RECORD * 3]);
        assertEquals(new BitSet(), Journal.numbers(file));
    }
}
