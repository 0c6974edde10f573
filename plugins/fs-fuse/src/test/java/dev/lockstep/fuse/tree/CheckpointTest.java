package dev.lockstep.fuse.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Timestamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static final Timestamp RECENT = new Timestamp(1_700_000_000, 123_456_789);
    /** As nanoseconds in one number it would be another time. */
    private static final Timestamp FAR = new Timestamp(10_413_792_000L, 999_999_999);

    private static Checkpoint sample() {
        Checkpoint checkpoint = new Checkpoint();
        checkpoint.put(1, RECENT);
        checkpoint.put(Long.MAX_VALUE, FAR);
        return checkpoint;
    }

    @Test
    void whatWasWrittenIsReadOnce(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("c");
        sample().write(file);
        Checkpoint read = Checkpoint.take(file).orElseThrow();
        assertTrue(read.holds(1, RECENT));
        assertTrue(read.holds(Long.MAX_VALUE, FAR));
        assertFalse(read.holds(1, FAR));
        assertFalse(read.holds(1, new Timestamp(RECENT.seconds(), 0)));
        assertFalse(read.holds(2, RECENT));
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
