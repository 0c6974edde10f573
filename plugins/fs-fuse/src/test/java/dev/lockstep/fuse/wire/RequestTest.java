package dev.lockstep.fuse.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class RequestTest {
    private final MemorySegment buffer = Arena.ofAuto().allocate(256);

    private Request rename() {
        byte[] body = {9, 0, 0, 0, 0, 0, 0, 0, 'o', 'l', 'd', 0, (byte) 0xff, 0};
        int length = Request.HEADER + body.length;
        buffer.set(ValueLayout.JAVA_INT, 0, length);
        buffer.set(ValueLayout.JAVA_INT, 4, Opcode.RENAME);
        buffer.set(ValueLayout.JAVA_LONG, 8, 42);
        buffer.set(ValueLayout.JAVA_LONG, 16, 7);
        buffer.set(ValueLayout.JAVA_INT, 24, 1000);
        buffer.set(ValueLayout.JAVA_INT, 28, 1001);
        MemorySegment.copy(body, 0, buffer, ValueLayout.JAVA_BYTE, Request.HEADER, body.length);
        Request request = new Request(buffer);
        request.take(length);
        return request;
    }

    @Test
    void headerAndBodyAreReadInPlace() {
        Request request = rename();
        assertEquals(Opcode.RENAME, request.opcode());
        assertEquals(42, request.unique());
        assertEquals(7, request.node());
        assertEquals(1000, request.uid());
        assertEquals(1001, request.gid());
        assertEquals(9, request.number(0));
        assertArrayEquals(new byte[] {'o', 'l', 'd'}, request.name(8));
        assertArrayEquals(new byte[] {(byte) 0xff}, request.name(12), "names are bytes, not text");
    }

    @Test
    void givenALengthThatIsNotTheHeadersThenTheRequestIsRefused() {
        Request request = rename();
        assertThrows(IllegalArgumentException.class, () -> request.take(30));
        assertThrows(IllegalArgumentException.class, () -> request.take(60));
    }

    @Test
    void givenABodyTooShortForAFieldThenReadingItFails() {
        Request request = rename();
        assertThrows(IllegalArgumentException.class, () -> request.number(8));
        assertThrows(IllegalArgumentException.class, () -> request.bytes(0, 15));
        assertThrows(IllegalArgumentException.class, () -> request.bytes(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> request.bytes(4, Integer.MAX_VALUE));
    }

    @Test
    void givenANameWithoutEndThenReadingItFails() {
        Request request = rename();
        buffer.set(ValueLayout.JAVA_BYTE, Request.HEADER + 13L, (byte) 'x');
        assertThrows(IllegalArgumentException.class, () -> request.name(12));
    }
}
