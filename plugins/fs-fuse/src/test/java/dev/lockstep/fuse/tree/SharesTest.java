package dev.lockstep.fuse.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What users can take of what there is for all of them. */
class SharesTest {
    private static final int ROOT = 0;

    private final Shares shares = new Shares(80);

    @Test
    void givenOneUser_whenHeTakesWhatHeCan_thenItIsHalf() {
        assertEquals(40, takeAll(1000));
        shares.giveBack(1000);
        assertTrue(shares.take(1000));
        assertFalse(shares.take(1000));
    }

    @Test
    void givenManyUsers_whenAllTakeWhatTheyCan_thenRootStillGetsItsPart() {
        assertEquals(40, takeAll(1000));
        assertEquals(30, takeAll(1001));
        assertEquals(0, takeAll(1002));
        assertEquals(10, takeAll(ROOT));
    }

    @Test
    void givenRoot_whenItTakesWhatItCan_thenItIsEverything() {
        assertEquals(80, takeAll(ROOT));
        assertEquals(0, takeAll(1000));
        for (int i = 0; i < 80; i++) {
            shares.giveBack(ROOT);
        }
        assertEquals(0, shares.taken());
        assertEquals(40, takeAll(1000));
    }

    private int takeAll(int uid) {
        int taken = 0;
        while (shares.take(uid)) {
            taken++;
        }
        return taken;
    }
}
