package dev.lockstep.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClusterKeyTest {
    @Test
    void givenNoSecret_whenTakenAsAKey_thenItIsRefused() {
        for (int value : new int[] {0, 1, 0xFF}) {
            byte[] same = new byte[ClusterKey.LENGTH];
            Arrays.fill(same, (byte) value);
            assertThrows(IllegalArgumentException.class, () -> new ClusterKey(same));
        }
        byte[] pattern = new byte[ClusterKey.LENGTH];
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = (byte) (i % 4);
        }
        assertThrows(IllegalArgumentException.class, () -> new ClusterKey(pattern));
        for (int length : new int[] {0, 16, 31, 33}) {
            assertThrows(IllegalArgumentException.class, () -> new ClusterKey(new byte[length]));
        }
    }

    @Test
    void givenRandomBytes_whenTakenAsAKey_thenItIsOneAndDoesNotShowItself() {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] secret = new byte[ClusterKey.LENGTH];
            random.nextBytes(secret);
            ClusterKey key = new ClusterKey(secret);
            assertEquals(key, new ClusterKey(secret), "seed " + seed);
            secret[i % secret.length] ^= 1;
            assertNotEquals(key, new ClusterKey(secret), "seed " + seed);
            assertFalse(key.toString().matches(".*\\d.*"));
        }
    }
}
