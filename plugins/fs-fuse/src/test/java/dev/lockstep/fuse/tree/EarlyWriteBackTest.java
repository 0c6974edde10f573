package dev.lockstep.fuse.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lockstep.fuse.sys.FileCalls;
import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the disk is asked to begin with before anybody flushes. */
class EarlyWriteBackTest {
    private static final long MIB = 1 << 20;

    private record Range(int descriptor, long offset, long length) {}

    private final BlockingQueue<Range> begun = new LinkedBlockingQueue<>();
    private final FileCalls calls = (FileCalls) Proxy.newProxyInstance(
            FileCalls.class.getClassLoader(), new Class<?>[] {FileCalls.class}, (_, method, arguments) -> {
                assertEquals("writeBack", method.getName());
                begun.add(new Range((int) arguments[1], (long) arguments[2], (long) arguments[3]));
                return 0;
            });
    private final EarlyWriteBack early =
            new EarlyWriteBack(calls, id -> Descriptor.borrowed(id, id == 9 ? -2 : (int) id), () -> {});

    @AfterEach
    void end() {
        early.close();
    }

    private Range next() throws InterruptedException {
        return begun.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void givenLargePiecesOneBehindTheOther_whenTheyAreWritten_thenTheDiskBeginsWithThemSomeAtATime() throws Exception {
        for (int i = 0; i < 6; i++) {
            early.written(7, i * MIB, MIB);
        }
        assertEquals(new Range(7, 0, 2 * MIB), next());
        assertEquals(new Range(7, 2 * MIB, 2 * MIB), next());
        assertEquals(new Range(7, 4 * MIB, 2 * MIB), next());
    }

    @Test
    void givenPiecesThatAreSmallOrDoNotFollow_whenTheyAreWritten_thenNothingIsBegun() throws Exception {
        for (int i = 0; i < 100; i++) {
            early.written(7, i * 65_536L, 65_536);
            early.written(8, (100 - i) * 3L * MIB, 2 * MIB);
            early.written(9, Math.min(i, 5) * 2L * MIB, 2 * MIB);
        }
        early.written(10, 0, 2 * MIB);
        early.written(10, 2 * MIB, 2 * MIB);
        assertEquals(new Range(10, 0, 4 * MIB), next(), "the first that is begun, after what is gone meanwhile");
        assertNull(begun.poll());
    }
}
