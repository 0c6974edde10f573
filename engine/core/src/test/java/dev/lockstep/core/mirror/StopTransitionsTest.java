package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorSettings.DefaultPrimary;
import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The reference transition table, M17 to M28: stop, restart, split brain and failures. */
class StopTransitionsTest {
    private static final List<String> FORCED_STOPS = List.of(
            "stop_sec force WAIT STOP %s",
            "stop_prim force WAIT STOP %s",
            "stop_second force WAIT STOP %s",
            "stop_both force WAIT STOP %s",
            "poststop WAIT STOP %s",
            "transition WAIT STOP %s");

    private static List<String> stopped(String word, String... first) {
        return java.util.stream.Stream.concat(
                        List.of(first).stream(), FORCED_STOPS.stream().map(s -> s.formatted(word)))
                .toList();
    }

    @Test
    void m17StopOnPrimHandsOverBeforeItShowsWait() {
        Bench b = Bench.prim().command(Verb.STOP);
        b.expect(ModuleState.WAIT, Readiness.TRANSIENT);
        assertEquals(
                stopped("stop", "stop_prim PRIM WAIT stop", "stop_both PRIM WAIT stop", "transition PRIM WAIT stop"),
                b.hooks);
        assertEquals(List.of(DataRole.HandOver.class), Bench.kinds(b));
        Claim claim = new Claim("b", 1, 3, b.state.identity().generation(), Claim.RANK_TAKEOVER);
        b.peer(p -> Peers.claims(p, claim));
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertFalse(b.state.identity().upToDate());
        assertTrue(b.log.containsAll(List.of("Action stop called by root", "Local state STOP NotReady")));
    }

    @Test
    void m18StopOnSecondTellsThePrimaryThatItNeedNotWait() {
        Bench b = Bench.second().command(Verb.STOP);
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertEquals(
                stopped(
                        "stop",
                        "stop_sec SECOND WAIT stop",
                        "stop_second SECOND WAIT stop",
                        "stop_both SECOND WAIT stop",
                        "transition SECOND WAIT stop"),
                b.hooks);
        assertEquals(
                List.of(DataRole.Waiting.class, Action.PersistOutdated.class, DataRole.Stopped.class), Bench.kinds(b));
        assertEquals(Optional.of(20L), b.state.report().handover());
    }

    @Test
    void m19StopOnAloneLeavesTheNodeUpToDate() {
        Bench b = Bench.alone().command(Verb.STOP);
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertTrue(b.state.identity().usable());
        assertEquals(
                stopped(
                        "stop",
                        "stop_sec ALONE WAIT stop",
                        "stop_prim ALONE WAIT stop",
                        "stop_both ALONE WAIT stop",
                        "transition ALONE WAIT stop"),
                b.hooks);
    }

    @Test
    void m20StopInWaitRunsTheForcedStopsOnly() {
        Bench b =
                new Bench(ReplicaIdentity.blank()).command(Verb.START).silent().forget();
        b.command(Verb.STOP);
        assertEquals(stopped("stop"), b.hooks);
    }

    @Test
    void m21StopstartComesBackByItself() {
        Bench b = Bench.alone().command(Verb.STOPSTART);
        assertTrue(b.log.contains("Action start called automatically"));
        assertTrue(b.hooks.contains("stop_prim ALONE WAIT stopstart"));
        b.peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
    }

    @Test
    void stopCancelsTheStartOfAStopstart() {
        Bench b = Bench.alone();
        b.hold = true;
        b.command(Verb.STOPSTART).command(Verb.STOP).releaseAll();
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
    }

    @Test
    void m22RestartOnPrimTouchesOnlyTheApplication() {
        Bench b = Bench.prim().command(Verb.RESTART);
        b.expect(ModuleState.PRIM, Readiness.READY);
        assertEquals(
                List.of(
                        "stop_prim PRIM PRIM",
                        "stop_both PRIM PRIM",
                        "stop_prim force PRIM PRIM",
                        "stop_both force PRIM PRIM",
                        "start_both PRIM PRIM",
                        "start_prim PRIM PRIM"),
                b.hooks);
        assertEquals(List.of(), Bench.kinds(b));
    }

    @Test
    void stopFromInsideAStartHookIsDoneWhenTheHookHasEnded() {
        Bench b = new Bench(Bench.data(true, true)).command(Verb.START);
        b.hold = true;
        b.silent().release().release().release();
        assertEquals("start_prim WAIT ALONE start", b.hooks.getLast());
        b.by("start_prim", Verb.STOP);
        assertEquals("start_prim WAIT ALONE start", b.hooks.getLast());
        b.releaseAll();
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertFalse(b.hooks.contains("start_sec WAIT ALONE start"));
        assertTrue(b.hooks.contains("stop_prim ALONE WAIT stop"));
    }

    @Test
    void m24ForcestopAbandonsAHangingHook() {
        Bench b = Bench.prim();
        b.hold = true;
        b.command(Verb.STOP);
        b.held.clear();
        b.command(Verb.FORCESTOP);
        assertTrue(b.actions.stream().anyMatch(Action.AbandonHook.class::isInstance));
        b.held.clear();
        b.command(Verb.FORCESTOP);
        b.releaseAll();
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertTrue(b.log.contains("Action forcestop called by root"));
    }

    @Test
    void m24ForcestopAskedAgainWaitsForTheDataToBeClosed() {
        Bench b = Bench.prim();
        b.hold = true;
        b.command(Verb.FORCESTOP);
        Action.SetData close = b.releaseUntilData();
        assertEquals(new DataRole.Waiting(), close.role());
        b.command(Verb.FORCESTOP);
        assertEquals(DataMode.PRIMARY, b.state.data());
        assertFalse(b.hooks.contains("poststop WAIT STOP stop"));
        b.releaseAll();
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
    }

    @Test
    void secondaryWhoseDataCannotBeClosedStopsAllTheSame() {
        Bench b = Bench.second();
        b.hold = true;
        b.command(Verb.STOP);
        Action.SetData close = b.releaseUntilData();
        b.held.remove();
        b.on(new Event.ActionFailed(close.token(), "the mount is busy")).releaseAll();
        assertEquals(Optional.empty(), b.state.claim());
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
    }

    @Test
    void m25FourthAutomaticActionStopsTheModule() {
        Bench b = Bench.alone();
        for (int i = 0; i < 3; i++) {
            b.by("checker", Verb.RESTART);
            b.expect(ModuleState.ALONE, Readiness.READY);
        }
        b.by("checker", Verb.RESTART);
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertTrue(b.state.loop().exceeded());
        assertTrue(b.log.indexOf("Action stop called by maxloop")
                < b.log.indexOf("Action stop called by heart : local fault"));
    }

    @Test
    void operatorActionResetsTheCounterAndSoDoesTheEndOfTheWindow() {
        Bench b = Bench.alone();
        b.by("checker", Verb.RESTART);
        assertEquals(1, b.state.loop().count());
        b.command(Verb.RESTART);
        assertEquals(0, b.state.loop().count());
        b.by("checker", Verb.RESTART).ticks(1_000);
        assertEquals(0, b.state.loop().count());
    }

    @Test
    void m26FormerPrimaryStaysAfterASplitBrain() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("cut", true)).silent().forget();
        b.peer(p -> Peers.split(p, FormerRole.SECONDARY));
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertTrue(b.log.contains(Texts.STAYING));
    }

    @Test
    void m27FormerSecondaryLeavesAfterASplitBrain() {
        Bench b = Bench.second();
        b.silent().forget();
        b.peer(p -> Peers.split(p, FormerRole.PRIMARY));
        assertTrue(b.log.contains(Texts.EXITING));
        assertTrue(b.hooks.contains("stop_prim ALONE WAIT stopstart"));
        assertEquals(
                List.of(DataRole.Waiting.class, Action.PersistOutdated.class, DataRole.Stopped.class),
                Bench.kinds(b).subList(0, 3));
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    @Test
    void ofTwoPrimariesWithEqualRightTheYoungerLeaves() {
        for (long age : new long[] {5, 500}) {
            Bench b = new Bench(Bench.data(true, true))
                    .command(Verb.START)
                    .silent()
                    .ticks(50);
            b.peer(p -> Peers.aged(Peers.split(p, FormerRole.NONE), age, Optional.empty()));
            boolean stays = b.log.contains(Texts.STAYING);
            assertEquals(age == 5, stays);
            assertEquals(age == 500, b.log.contains(Texts.EXITING));
        }
    }

    @Test
    void theNodeThatDoesNotArbitrateFollowsTheVerdict() {
        MirrorSettings z = MirrorModelTest.settings("z", "b", true, DefaultPrimary.ALONE, EnumSet.noneOf(Hook.class));
        Bench b = new Bench(Bench.data(true, true), z)
                .command(Verb.START)
                .silent()
                .forget();
        b.peer(p -> Peers.split(p, FormerRole.NONE));
        b.expect(ModuleState.ALONE, Readiness.READY);
        Verdict verdict = new Verdict("z", b.state.identity().generation());
        b.peer(p -> Peers.aged(p, 0, Optional.of(verdict)));
        assertTrue(b.log.contains(Texts.EXITING));
    }

    @Test
    void primaryThatLeftAndCameBackUnheardIsDecidedAboutAgain() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("cut", true)).silent();
        b.peer(p -> Peers.split(p, FormerRole.SECONDARY));
        long before = b.state.verdict().orElseThrow().loserGeneration();
        b.silent();
        ReplicaIdentity later = new ReplicaIdentity(before + 1, 1, List.of(before), true, false, false, false, true);
        b.peer(p -> Peers.full(
                p,
                ModuleState.ALONE,
                Readiness.READY,
                later,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                FormerRole.NONE));
        assertEquals(Optional.of(new Verdict("b", before + 1)), b.state.verdict());
    }

    @Test
    void pausedPrimaryThatFindsItsPeerAheadStepsDown() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true));
        ReplicaIdentity ahead =
                new ReplicaIdentity(999, 1, List.of(b.state.identity().generation()), true, false, false, false, true);
        b.peer(ModuleState.ALONE, Readiness.READY, ahead);
        assertTrue(b.log.contains(Texts.TAKEN_OVER));
        assertFalse(Bench.kinds(b).contains(DataRole.Alone.class));
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    @Test
    void primaryAboutToGoOnAloneWaitsForItsOwnGenerationBeforeItTakesThePeerToBeAhead() {
        Bench b = Bench.prim();
        b.hold = true;
        b.on(new Event.PeerLost("cut", true)).silent();
        b.peer(p -> Peers.split(p, FormerRole.SECONDARY));
        assertFalse(b.log.contains(Texts.TAKEN_OVER));
        b.releaseAll();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertTrue(b.log.contains(Texts.STAYING));
    }

    @Test
    void secondaryThatKnowsTheCommonGenerationFirstHasNotTakenOver() {
        Bench b = new Bench(Bench.data(true, true)).command(Verb.START).silent();
        b.peer(ModuleState.SECOND, Readiness.TRANSIENT, Bench.data(false, false));
        b.on(new Event.ReintegrationStarted("full copy")).forget();
        ReplicaIdentity common =
                new ReplicaIdentity(999, 0, List.of(b.state.identity().generation()), true, false, false, true, false);
        b.peer(ModuleState.SECOND, Readiness.TRANSIENT, common);
        assertFalse(b.log.contains(Texts.TAKEN_OVER));
        b.expect(ModuleState.ALONE, Readiness.READY);
    }

    @Test
    void failedReintegrationIsTriedAgainThenSlowlyFromWait() {
        Bench b = new Bench(Bench.data(false, false));
        b.peer(ModuleState.ALONE, Readiness.READY, Bench.data(true, true)).command(Verb.START);
        for (int i = 1; i < 5; i++) {
            b.on(new Event.ReintegrationFailed("no route to host"));
            b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
            b.forget().ticks(40);
            assertEquals(List.of(DataRole.Second.class), Bench.kinds(b), "attempt " + i);
        }
        b.on(new Event.ReintegrationFailed("no route to host"));
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals("no route to host", b.state.reason());
        b.forget().ticks(31);
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        assertEquals(List.of(DataRole.Second.class), Bench.kinds(b), "one attempt at a time");
    }

    @Test
    void m28LocalReplicationFailureIsAStopstart() {
        Bench b = Bench.prim();
        b.on(new Event.LocalReplicationFailed("the mount is gone"));
        assertTrue(b.log.contains("Action stopstart called by rfs: the mount is gone"));
        assertEquals(1, b.state.loop().count());
    }

    @Test
    void lateReportsAreIgnored() {
        Bench b = Bench.prim();
        PeerReport old = Peers.report(ModuleState.WAIT, Readiness.TRANSIENT, b.state.identity());
        b.on(new Event.PeerReported(old));
        assertEquals(List.of(20), b.rows);
        b.expect(ModuleState.PRIM, Readiness.READY);
    }

    @Test
    void lossOfOneHeartbeatOnlyWritesALine() {
        Bench b = Bench.prim();
        b.on(new Event.HeartbeatDown("default"));
        assertEquals(List.of("Resource heartbeat.default set to down by heart"), b.log);
        b.expect(ModuleState.PRIM, Readiness.READY);
    }
}
