package dev.lockstep.fuse.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.fuse.sys.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What is remembered of what the kernel knows. */
class KernelReferencesTest {
    private static final long READ = 50;
    private static final long LOOKED_AT = 60;
    private static final long UNKNOWN = 70;

    private final KernelReferences references =
            new KernelReferences(SystemCalls.linux().files(), new Semaphore(1));

    private List<Long> read() {
        List<Long> found = new ArrayList<>();
        references.forEachRead(found::add);
        return found;
    }

    @Test
    void givenAnObjectThatWasRead_whenTheKernelForgetsIt_thenThatIsForgottenToo() {
        references.add(READ);
        references.read(READ);
        references.add(READ);
        references.add(LOOKED_AT);
        references.read(UNKNOWN);
        assertEquals(List.of(READ), read());
        assertFalse(references.forget(READ, 1));
        assertEquals(List.of(READ), read());
        assertTrue(references.forget(READ, 1), "it is counted as any other");
        assertEquals(List.of(), read());
    }

    @Test
    void givenAnObjectTheKernelKnows_whenItIsMadeAnew_thenWhatTheKernelKnowsIsOutdated() {
        references.add(LOOKED_AT);
        references.beforeMaking(UNKNOWN);
        assertFalse(references.areOutdated());
        references.beforeMaking(LOOKED_AT);
        assertTrue(references.areOutdated());
        references.clear();
        assertFalse(references.areOutdated(), "the next mount begins anew");
    }
}
