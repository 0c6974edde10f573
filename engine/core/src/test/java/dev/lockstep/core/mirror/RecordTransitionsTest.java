package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What must be on disk before a pair can go on, and a disk that is full or dead, or hangs. */
class RecordTransitionsTest {
    private static final String FULL = "No space left on device";
    private static final int PAUSE = 40;

    /** A secondary whose primary has lost it and claims; "outdated" is on its way to the disk. */
    static Bench claimed() {
        Bench b = Bench.second();
        b.on(new Event.PeerLost("cut", true));
        b.hold = true;
        Claim claim = new Claim("b", 1, 5, b.state.identity().generation(), Claim.RANK_RUNNING_PRIMARY);
        return b.peer(p -> claiming(p, Optional.of(claim)));
    }

    private static PeerReport claiming(PeerReport p, Optional<Claim> claim) {
        return Peers.full(
                p,
                p.state(),
                p.readiness(),
                p.identity(),
                claim,
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                p.wasPrimary());
    }

    private static Bench refused(Bench b) {
        b.held.removeIf(Action.PersistOutdated.class::isInstance);
        return b.on(new Event.ActionFailed(b.state.progress().outdatedToken(), FULL));
    }

    private static long marks(Bench b) {
        return b.actions.stream()
                .filter(Action.PersistOutdated.class::isInstance)
                .count();
    }

    @Test
    void aMarkThatIsRefusedMakesTheNodeSilentAndIsTriedAgainWithPauses() {
        Bench b = refused(claimed());
        assertTrue(b.state.mute());
        assertEquals(Texts.NOT_MARKED, b.state.reason());
        int told = b.log.size();
        long before = marks(b);
        for (int i = 0; i < 200; i++) {
            b.repeat().ticks(1);
            if (b.state.progress().outdatedToken() != 0) {
                refused(b);
            }
        }
        long tries = marks(b) - before;
        assertTrue(tries > 3 && tries < 12, "tried " + tries + " times in 200 ticks");
        assertEquals(1, b.log.stream().filter(FULL::equals).count(), "the refusal is told once, not " + b.log);
        assertTrue(b.log.size() - told < 12, () -> "a line for each try: " + b.log);
    }

    @Test
    void aMarkThatHangsMakesTheNodeSilentWhenItsTimeIsOver() {
        Bench b = claimed();
        b.ticks(3);
        assertFalse(b.state.mute(), "a slow disk has its time");
        b.ticks(20);
        assertTrue(b.state.mute());
        b.releaseAll();
        assertFalse(b.state.mute(), "it is on disk now and may be told");
        assertTrue(b.state.accepted().isPresent() || !b.state.identity().usable());
    }

    @Test
    void aSilentNodeDoesNotTakeOverWhateverHappensToItsPeer() {
        Bench b = refused(claimed());
        b.releaseAll();
        b.silent().ticks(3 * PAUSE);
        assertFalse(
                b.actions.stream()
                        .anyMatch(a -> a instanceof Action.SetData set && set.role() instanceof DataRole.Alone),
                "it would acknowledge what the peer may have changed");
        assertTrue(b.state.state() != ModuleState.ALONE && b.state.state() != ModuleState.PRIM);
    }

    /** Everything but the record of "outdated" goes well, for a long time. */
    private static void refusedForLong(Bench b) {
        for (int i = 0; i < 300; i++) {
            while (b.held.stream().anyMatch(action -> !(action instanceof Action.PersistOutdated))) {
                b.releaseOthers(Action.PersistOutdated.class::isInstance);
            }
            if (b.state.progress().outdatedToken() != 0) {
                refused(b);
            }
            b.ticks(1);
        }
    }

    @Test
    void thePeersSilenceReleasesNoPromiseThatTheDiskRefused() {
        Bench before = refused(claimed());
        refusedForLong(before.silent());
        Bench after = refused(claimed().silent());
        refusedForLong(after);

        assertTrue(before.state.mute(), "the peer has gone on by this node's silence, which lasts");
        for (Bench b : List.of(before, after)) {
            assertTrue(
                    b.state.accepting().isPresent(), "it may have gone on and died: what it acknowledged is not here");
            assertFalse(
                    b.actions.stream()
                            .anyMatch(a -> a instanceof Action.SetData set && set.role() instanceof DataRole.Alone),
                    () -> "it took over: rows " + b.rows);
            assertTrue(b.state.state() != ModuleState.ALONE && b.state.state() != ModuleState.PRIM);
        }
    }

    @Test
    void aSilentNodeIsHeardAgainOnceThePeerHasGoneOn() {
        Bench b = refused(claimed());
        b.hold = false;
        ReplicaIdentity i = b.state.identity();
        ReplicaIdentity ahead = new ReplicaIdentity(77, 0, List.of(i.generation()), true, false, false, false, true);
        b.peer(p -> claiming(Peers.with(p, ModuleState.ALONE, Readiness.READY, ahead), Optional.empty()));
        assertFalse(b.state.mute());
        assertTrue(b.state.accepting().isEmpty());
        assertEquals("", b.state.reason());
    }

    @Test
    void aMarkThatSucceedsAfterThePeerFellSilentBindsToNobody() {
        Bench b = claimed();
        b.silent();
        b.releaseAll();
        assertTrue(b.state.accepted().isEmpty());
        assertFalse(b.state.identity().usable());
    }

    @Test
    void aPrimarySaysWhatItsWritesWaitFor() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("cut", true));
        assertEquals(Texts.waitForPeer("b"), b.state.reason());
        assertEquals(1, b.log.stream().filter(Texts.waitForPeer("b")::equals).count());
        b.silent();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals("", b.state.reason());
    }

    @Test
    void aPrimaryThatCannotRecordThatItGoesOnAloneTriesAgainAndGoesOnWhenThereIsRoom() {
        Bench b = Bench.prim();
        b.hold = true;
        b.on(new Event.PeerLost("cut", true)).silent();
        for (int i = 0; i < 3; i++) {
            b.held.clear();
            b.on(new Event.ActionFailed(b.state.progress().dataToken(), FULL, true));
            assertEquals(FULL, b.state.reason());
            assertEquals(0, b.state.progress().dataToken(), "not at once");
            b.ticks(PAUSE);
        }
        assertEquals(1, b.log.stream().filter(line -> line.startsWith(FULL)).count());
        b.expect(ModuleState.PRIM, Readiness.TRANSIENT);
        b.releaseAll();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals("", b.state.reason());
    }

    /** A secondary that takes over from a silent primary, whose disk refused the record of it. */
    static Bench takeoverRefused() {
        Bench b = Bench.second();
        b.hold = true;
        b.silent();
        b.releaseUntilData();
        b.held.clear();
        return b.on(new Event.ActionFailed(b.state.progress().planToken(), FULL, true));
    }

    @Test
    void aTakeoverThatCannotBeRecordedIsTriedAgainAndNotForgotten() {
        Bench b = takeoverRefused();
        assertEquals(Phase.TAKING_OVER, b.state.phase());
        assertEquals(FULL, b.state.reason());
        b.hold = false;
        b.ticks(PAUSE);
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals("", b.state.reason());
    }

    @Test
    void aTakeoverThatWaitsForItsRecordIsAbandonedWhenThePrimaryIsBack() {
        Bench b = takeoverRefused();
        b.hold = false;
        b.peer(ModuleState.PRIM, Readiness.READY);
        b.ticks(PAUSE);
        assertFalse(b.rows.contains(98), "it did not fail");
        assertTrue(b.state.state() != ModuleState.ALONE, b.state.phase()::name);
    }

    @Test
    void aStartThatCannotBeRecordedWaitsWithTheReasonAndBeginsWhenThereIsRoom() {
        Bench b = new Bench(Bench.data(true, true));
        b.hold = true;
        b.command(Verb.START).silent();
        while (b.state.phase() != Phase.OPENING) {
            b.releaseUntilData();
            b.release();
            b.ticks(1);
        }
        b.held.clear();
        b.on(new Event.ActionFailed(b.state.progress().planToken(), FULL, true));
        b.hold = false;
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals(Texts.RULE_NOT_RECORDED, b.state.rule());
        assertEquals(FULL, b.state.reason());
        b.ticks(PAUSE);
        b.expect(ModuleState.ALONE, Readiness.READY);
    }
}
