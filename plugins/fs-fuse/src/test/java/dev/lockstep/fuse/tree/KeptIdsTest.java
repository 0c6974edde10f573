package dev.lockstep.fuse.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids without a label outlive the engine, are never taken from a damaged file, and are not without bound. */
class KeptIdsTest {
    @TempDir
    Path base;

    @Test
    void givenAnIdWasKept_whenItIsReadAgain_thenItIsThere_andGoneWhenItIsNotFoundAnyMore() throws Exception {
        Path file = base.resolve("ids");
        KeptIds.read(file).keep("1-a", -5L >>> 1);
        KeptIds.read(file).keep("1-b", 7);
        KeptIds kept = KeptIds.read(file);
        assertEquals(-5L >>> 1, kept.id("1-a"));
        assertEquals(7, kept.id("1-b"));
        assertEquals(0, kept.id("1-c"));
        kept.replace(Map.of("1-b", 7L));
        assertEquals(0, KeptIds.read(file).id("1-a"));
        assertEquals(7, KeptIds.read(file).id("1-b"));
    }

    @Test
    void givenADamagedFile_whenItIsRead_thenItHoldsNothing() throws Exception {
        Path file = base.resolve("ids");
        KeptIds.read(file).keep("1-a", 7);
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertTrue(KeptIds.read(file).isEmpty(), "byte " + i);
            Files.write(file, java.util.Arrays.copyOf(whole, i));
            assertTrue(KeptIds.read(file).isEmpty(), "cut to " + i);
        }
    }

    @Test
    void givenAsManyAsThereMayBe_whenAnotherOneComes_thenItIsRefusedWithWhatToDo() throws Exception {
        KeptIds kept = KeptIds.read(base.resolve("ids"));
        Map<String, Long> many = new HashMap<>();
        for (long i = 1; i <= KeptIds.MAX; i++) {
            many.put("1-" + i, i);
        }
        kept.replace(many);
        IOException refused = assertThrows(IOException.class, () -> kept.keep("2-1", 9));
        assertTrue(refused.getMessage().contains("setfattr"), refused.getMessage());
        assertEquals(0, kept.id("2-1"));
        kept.keep("1-1", 9);
    }
}
