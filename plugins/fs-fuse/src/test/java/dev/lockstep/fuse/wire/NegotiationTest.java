package dev.lockstep.fuse.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class NegotiationTest {
    /** What Linux 6.18 offers. */
    private static final long OFFERED_6_18 = 0x000005fd73fffffbL;

    private static Request init(int major, int minor, long flags) {
        MemorySegment buffer = Arena.ofAuto().allocate(Request.HEADER + 64L);
        buffer.set(ValueLayout.JAVA_INT, 0, (int) buffer.byteSize());
        buffer.set(ValueLayout.JAVA_INT, 4, Opcode.INIT);
        buffer.set(ValueLayout.JAVA_INT, 40, major);
        buffer.set(ValueLayout.JAVA_INT, 44, minor);
        buffer.set(ValueLayout.JAVA_INT, 48, 131072);
        buffer.set(ValueLayout.JAVA_INT, 52, (int) flags);
        buffer.set(ValueLayout.JAVA_INT, 56, (int) (flags >>> 32));
        Request request = new Request(buffer);
        request.take(buffer.byteSize());
        return request;
    }

    @Test
    void givenAModernKernelThenWriteBackCachingIsNeverTaken() {
        Negotiation agreed = Negotiation.of(init(7, 45, OFFERED_6_18));
        assertEquals(0, agreed.flags() & InitFlag.WRITEBACK_CACHE);
        assertTrue((agreed.flags() & InitFlag.HANDLE_KILLPRIV_V2) != 0);
        assertTrue((agreed.flags() & InitFlag.DIRECT_IO_ALLOW_MMAP) != 0, "flags above 31 are taken too");
        assertEquals(0, agreed.flags() & ~OFFERED_6_18, "nothing is taken that was not offered");
    }

    @Test
    void givenAnOlderMinorVersionThenItIsSpoken() {
        assertEquals(34, Negotiation.of(init(7, 34, OFFERED_6_18)).minor());
        assertEquals(
                Negotiation.MINOR, Negotiation.of(init(7, 99, OFFERED_6_18)).minor());
    }

    @Test
    void givenNoExtendedFlagsThenTheUpperHalfIsNotRead() {
        long lower = OFFERED_6_18 & 0xffffffffL & ~InitFlag.INIT_EXT;
        assertEquals(0, Negotiation.of(init(7, 36, lower | (0x7fL << 32))).flags() >>> 32);
    }

    @Test
    void givenATreeThatChangesBelowTheMountThenLinksAreCachedAllTheSame() {
        assertTrue((Negotiation.of(init(7, 45, OFFERED_6_18)).flags() & InitFlag.CACHE_SYMLINKS) != 0);
    }

    @Test
    void givenAKernelThatCannotKeepThePromisesThenItIsRefusedWithASentence() {
        long lacking = OFFERED_6_18 & ~InitFlag.HANDLE_KILLPRIV_V2;
        assertThrows(IllegalArgumentException.class, () -> Negotiation.of(init(7, 45, lacking)));
        IllegalArgumentException old =
                assertThrows(IllegalArgumentException.class, () -> Negotiation.of(init(7, 31, OFFERED_6_18)));
        assertTrue(old.getMessage().contains("5.15"), old.getMessage());
    }

    @Test
    void givenANewerMajorVersionThenTheKernelIsAskedToComeAgain() {
        assertTrue(Negotiation.isOtherMajor(init(8, 0, 0)));
        assertFalse(Negotiation.isOtherMajor(init(7, 45, 0)));
    }

    @Test
    void theReplyHasTheFieldsWhereTheKernelReadsThem() {
        MemorySegment reply = Arena.ofAuto().allocate(Negotiation.REPLY_SIZE);
        Negotiation.of(init(7, 45, OFFERED_6_18)).write(reply, 0);
        assertEquals(7, reply.get(ValueLayout.JAVA_INT, 0));
        assertEquals(45, reply.get(ValueLayout.JAVA_INT, 4));
        assertEquals(131072, reply.get(ValueLayout.JAVA_INT, 8));
        assertEquals(Negotiation.MAX_WRITE, reply.get(ValueLayout.JAVA_INT, 20));
        assertEquals(1, reply.get(ValueLayout.JAVA_INT, 24), "time granularity");
        assertEquals(256, reply.get(ValueLayout.JAVA_SHORT, 28), "pages of the largest write");
    }
}
