package dev.lockstep.fuse.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongTableTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void behavesAsAMap(long seed) {
        Random random = new Random(seed);
        LongTable table = new LongTable(2);
        Map<Long, Long> expected = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            long key = random.nextInt(1, 3000) * (random.nextBoolean() ? 1L : -1L);
            if (random.nextInt(3) == 0) {
                table.remove(key);
                expected.remove(key);
            } else {
                int at = table.findOrAdd(key);
                table.setValue(at, step);
                table.setValue(at + 1, -step);
                expected.put(key, (long) step);
            }
        }
        assertEquals(expected.size(), table.size(), "seed " + seed);
        assertEquals(expected.size(), table.keys().length);
        for (Map.Entry<Long, Long> entry : expected.entrySet()) {
            int at = table.find(entry.getKey());
            assertEquals(entry.getValue(), table.value(at));
            assertEquals(-entry.getValue(), table.value(at + 1));
        }
    }

    @Test
    void zeroIsNoKey() {
        assertThrows(IllegalArgumentException.class, () -> new LongTable(1).findOrAdd(0));
    }
}
