package dev.lockstep.fuse.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Of new objects all but the first are announced, and never many more than are made. */
class ExpectedIdsTest {
    private final AtomicLong source = new AtomicLong();
    private final ExpectedIds ids = new ExpectedIds(source::incrementAndGet);
    private final List<Long> told = new ArrayList<>();

    private long next() {
        return ids.next(more -> Arrays.stream(more).forEach(told::add));
    }

    @Test
    void givenOneObject_thenOneMoreIsExpected() {
        next();
        assertEquals(1, told.size());
    }

    @Test
    void givenManyObjects_thenEachButTheFirstWasExpectedBefore_andNoneComesTwice() {
        next();
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Set<Long> before = new HashSet<>(told);
            long id = next();
            assertTrue(before.contains(id), "id " + id);
            assertTrue(seen.add(id));
        }
        assertTrue(told.size() <= 1000 + 2 * 64, "announced " + told.size());
    }
}
