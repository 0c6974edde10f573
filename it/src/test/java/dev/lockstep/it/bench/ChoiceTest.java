package dev.lockstep.it.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the benchmark somebody chooses. */
class ChoiceTest {
    @Test
    void givenNoWords_thenEverythingIsMeasuredOnSlowDisks() {
        Choice all = Choice.of(new String[0]);
        assertEquals(List.of(Work.values()), all.works());
        assertEquals(Set.of(Extra.values()), all.extras());
        assertFalse(all.oneDisk());
        assertFalse(all.gluster());
        assertEquals(5, all.rounds());
    }

    @Test
    void givenSomeWorks_thenOnlyTheseAreMeasuredInTheirUsualOrder() {
        Choice some = Choice.of(new String[] {"--quick", "--only", "create,fsync16"});
        assertEquals(List.of(Work.FSYNC_16, Work.SMALL_WRITE), some.works());
        assertEquals(Set.of(), some.extras());
        assertTrue(some.pair());
        assertEquals(1, some.rounds());
    }

    @Test
    void givenTheCopyAlone_thenNothingElseIsMeasured() {
        Choice copy = Choice.of(new String[] {"--only", "copy"});
        assertEquals(List.of(), copy.works());
        assertEquals(Set.of(Extra.COPY), copy.extras());
        assertTrue(copy.pair());
    }

    @Test
    void givenWhatIdleModulesCostAndTheStart_thenNoPairIsMeasured() {
        Choice fleet = Choice.of(new String[] {"--only", "start,idle"});
        assertEquals(Set.of(Extra.IDLE, Extra.START), fleet.extras());
        assertFalse(fleet.pair());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--only", "--only fsync2", "--only ,", "--json", "--slow"})
    void givenWordsThatMeanNothing_thenTheyAreRefused(String words) {
        assertThrows(IllegalArgumentException.class, () -> Choice.of(words.split(" ", -1)));
    }
}
