package dev.lockstep.fuse.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static Checkpoint sample() {
        Checkpoint checkpoint = new Checkpoint();
        checkpoint.put(1, 1000);
        checkpoint.put(Long.MAX_VALUE, -5);
        return checkpoint;
    }

    @Test
    void whatWasWrittenIsReadOnce(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("c");
        sample().write(file);
        Checkpoint read = Checkpoint.take(file).orElseThrow();
        assertEquals(1000, read.changedNanos(1));
        assertEquals(-5, read.changedNanos(Long.MAX_VALUE));
        assertEquals(Long.MIN_VALUE, read.changedNanos(2));
        assertTrue(Checkpoint.take(file).isEmpty(), "it speaks for one start only");
    }

    @Test
    void givenAFileCutAnywhereThenItSaysNothing(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("c");
        sample().write(file);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertEquals(Optional.empty(), Checkpoint.take(file), "cut to " + length);
        }
    }

    @Test
    void givenAnyBitTurnedThenItSaysNothing(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("c");
        sample().write(file);
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] broken = whole.clone();
            broken[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, broken);
            assertFalse(Checkpoint.take(file).isPresent(), "bit " + bit);
        }
    }
}
