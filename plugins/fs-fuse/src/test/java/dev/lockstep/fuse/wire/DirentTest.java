package dev.lockstep.fuse.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class DirentTest {
    @Test
    void recordsArePaddedToEightBytes() {
        assertEquals(32, Dirent.size(1));
        assertEquals(32, Dirent.size(8));
        assertEquals(40, Dirent.size(9));
    }

    @Test
    void paddingIsCleared() {
        MemorySegment target = Arena.ofAuto().allocate(64).fill((byte) 0x55);
        MemorySegment names = Arena.ofAuto().allocateFrom("abc");
        Dirent.write(target, 0, 77, 88, 4, names, 0, 3);
        assertEquals(77, target.get(ValueLayout.JAVA_LONG, 0));
        assertEquals(88, target.get(ValueLayout.JAVA_LONG, 8));
        assertEquals(3, target.get(ValueLayout.JAVA_INT, 16));
        assertEquals(4, target.get(ValueLayout.JAVA_INT, 20));
        assertEquals("abc", target.getString(24));
        assertEquals(0, target.get(ValueLayout.JAVA_BYTE, 31));
        assertEquals(0x55, target.get(ValueLayout.JAVA_BYTE, 32));
    }
}
