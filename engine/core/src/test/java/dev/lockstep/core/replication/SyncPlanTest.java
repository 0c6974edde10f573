package dev.lockstep.core.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.core.replication.SyncPlan.Relation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** P1, P4, P6: a delta only when both nodes' marks prove that they hold every difference. */
class SyncPlanTest {
    /** A chain is written current first, "5<4<3"; the number after "@" is the base of the marks. */
    @ParameterizedTest(name = "{5}: source {0}, target {1}")
    @CsvSource({
        "5@5,     5@5,     IN_SYNC,       false, false, pair that crashed or was stopped",
        "6<5@5,   5@5,     TARGET_BEHIND, false, false, primary went on alone",
        "7<6<5@5, 5@5,     TARGET_BEHIND, false, false, and was restarted",
        "7<6<5@5, 6<5@6,   TARGET_BEHIND, false, false, pairing reached the target only",
        "7<6<5@6, 5@5,     TARGET_BEHIND, true,  false, marks are younger than what the target has",
        "7<6<5@0, 5@5,     TARGET_BEHIND, true,  false, dirty log was lost on the source",
        "6<5@5,   5@0,     TARGET_BEHIND, true,  false, dirty log was lost on the target",
        "6<5@5,   7<5@5,   SPLIT_BRAIN,   false, false, both went on from 5",
        "6<5@5,   8<7<5@7, SPLIT_BRAIN,   true,  false, target's marks do not reach back to 5",
        "8<6<5@6, 7<5@5,   SPLIT_BRAIN,   true,  false, source's marks do not reach back to 5",
        "5@5,     6<5@5,   TARGET_AHEAD,  false, false, an operator forces the older copy",
        "5@5,     6<5@6,   TARGET_AHEAD,  true,  false, and the newer one cannot say what it wrote",
        "6<5@5,   9<8@8,   UNRELATED,     true,  true,  nothing in common",
        "6@0,     none@0,  FIRST,         true,  true,  first reintegration",
        "6<5@9,   5@5,     TARGET_BEHIND, true,  false, base fell out of the history",
    })
    void givenTwoIdentities_whenPlanned_thenOnlyWhatIsProvedIsDelta(
            String source, String target, Relation relation, boolean full, boolean setAside, String why) {
        SyncPlan plan = SyncPlan.between(identity(source, false), identity(target, false), false);
        assertEquals(relation, plan.relation(), why);
        assertEquals(full, plan.full(), why);
        assertEquals(setAside, plan.setAside(), why);
    }

    @Test
    void givenADeltaThatWasCutOff_whenPlannedAgain_thenItIsStillADelta() {
        SyncPlan plan = SyncPlan.between(identity("6<5@5", false), identity("5@5", true), false);
        assertEquals(new SyncPlan(Relation.TARGET_BEHIND, false, false, plan.why()), plan);
    }

    @Test
    void givenAFullCopyThatWasCutOff_whenPlannedAgain_thenNothingIsSetAside() {
        SyncPlan plan = SyncPlan.between(identity("6<5@5", false), identity("none@0", true), false);
        assertEquals(new SyncPlan(Relation.FIRST, true, false, plan.why()), plan);
    }

    @Test
    void givenAnOperatorWhoAsksForEverything_whenPlanned_thenItIsFull() {
        SyncPlan plan = SyncPlan.between(identity("6<5@5", false), identity("5@5", false), true);
        assertEquals(new SyncPlan(Relation.TARGET_BEHIND, true, false, plan.why()), plan);
    }

    private static ReplicaIdentity identity(String text, boolean inconsistent) {
        String[] parts = text.split("@", -1);
        List<Long> chain = parts[0].equals("none")
                ? List.of(0L)
                : Arrays.stream(parts[0].split("<", -1)).map(Long::valueOf).toList();
        return new ReplicaIdentity(
                chain.get(0),
                Long.parseLong(parts[1]),
                chain.subList(1, chain.size()),
                !inconsistent,
                inconsistent,
                chain.get(0) == 0,
                false,
                false);
    }
}
