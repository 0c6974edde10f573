package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The reference transition table, M1 to M8: from STOP and WAIT to a role, and the start commands. */
class StartTransitionsTest {
    @Test
    void m1StartGoesToWaitTransientWithTransitionAndPrestart() {
        Bench b = new Bench(Bench.data(true, true)).command(Verb.START);
        b.expect(ModuleState.WAIT, Readiness.TRANSIENT);
        assertEquals(List.of("transition STOP WAIT start", "prestart STOP WAIT start"), b.hooks);
        assertTrue(b.log.containsAll(List.of("Action start called by root", "Local state WAIT Transient")));
        assertEquals(260, b.rows.getFirst());
    }

    @Test
    void nothingIsDecidedBeforeThePeerIsHeardOrSilent() {
        Bench b = new Bench(Bench.data(true, true)).command(Verb.PRIM).ticks(50);
        b.expect(ModuleState.WAIT, Readiness.TRANSIENT);
    }

    @Test
    void m3FirstStartOnBothNodesBlocksWithTheAdvice() {
        Bench b = new Bench(ReplicaIdentity.blank());
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT).command(Verb.START);
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals("rfs_notuptodate_server", b.state.rule());
        assertTrue(b.log.containsAll(List.of(
                "Action wait from failover rule rfs_notuptodate_server", Texts.ADVICE_MAY_BE_OLD, Texts.ADVICE_PRIM)));
    }

    @Test
    void m4TheModuleWakesUpWhenThePeerIsPrimary() {
        Bench b = new Bench(ReplicaIdentity.blank());
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT).command(Verb.START).forget();
        b.peer(ModuleState.ALONE, Readiness.READY, Bench.data(true, true));
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        assertTrue(b.log.contains("Action wakeup from failover rule Implicit_wakeup"));
    }

    @Test
    void m5UpToDateNodeGoesAloneWhenThePeerIsSilent() {
        Bench b =
                new Bench(Bench.data(true, false)).command(Verb.START).forget().silent();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals(
                List.of(
                        "transition WAIT ALONE start",
                        "start_both WAIT ALONE start",
                        "start_prim WAIT ALONE start",
                        "start_sec WAIT ALONE start"),
                b.hooks);
        assertTrue(b.actions.indexOf(alone(b)) < indexOfHook(b), "the data are writable before the hooks");
    }

    private static Action alone(Bench b) {
        return b.actions.stream()
                .filter(a -> a instanceof Action.SetData set && set.role() instanceof DataRole.Alone)
                .findFirst()
                .orElseThrow();
    }

    private static int indexOfHook(Bench b) {
        return b.actions.indexOf(b.actions.stream()
                .filter(a -> a instanceof Action.RunHook)
                .findFirst()
                .orElseThrow());
    }

    @Test
    void m5PeerThatIsHeardMustAgreeFirst() {
        Bench b = new Bench(Bench.data(true, true));
        b.peer(ModuleState.STOP, Readiness.NOT_READY, Bench.EQUAL).command(Verb.START);
        b.expect(ModuleState.WAIT, Readiness.TRANSIENT);
        b.peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
    }

    @Test
    void consentFromBeforeAPauseOfThisNodeDoesNotCountWhenThePeerHasGoneOnMeanwhile() {
        Bench b = new Bench(Bench.data(true, true));
        b.peer(ModuleState.STOP, Readiness.NOT_READY, Bench.outdated(Bench.data(true, false)))
                .command(Verb.START);
        Claim claim = b.state.claim().orElseThrow();
        b.peer(p -> Peers.with(p, p.state(), p.readiness(), p.identity(), Optional.of(claim)));
        ReplicaIdentity ahead = new ReplicaIdentity(20, 10, List.of(10L), true, false, false, false, true);
        b.peer(p -> Peers.with(p, ModuleState.ALONE, Readiness.READY, ahead, Optional.empty()));
        b.ticks(1);
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    @Test
    void notUpToDateNodeNeverStartsPrimaryByItself() {
        Bench b = new Bench(Bench.data(false, true)).command(Verb.START).silent();
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
    }

    @Test
    void nodeThatCrashedInAPairWaitsForThePeer() {
        Bench b = new Bench(Bench.pairOf(Bench.data(true, true), true))
                .command(Verb.START)
                .silent();
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals(Texts.CRASHED_IN_PAIR, b.state.reason());
    }

    @Test
    void nodeWhoseGenerationIsInThePeersHistoryIsStale() {
        ReplicaIdentity ahead =
                new ReplicaIdentity(30, 10, List.of(Bench.PAIR_GENERATION), true, false, false, false, true);
        Bench b = new Bench(Bench.data(true, true));
        b.peer(ModuleState.STOP, Readiness.NOT_READY, ahead).command(Verb.START);
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals(Texts.STALE, b.state.reason());
    }

    @Test
    void nodesThatBothChangedWaitForTheOperator() {
        ReplicaIdentity other = new ReplicaIdentity(31, 5, List.of(5L), true, false, false, false, true);
        Bench b = new Bench(new ReplicaIdentity(30, 5, List.of(5L), true, false, false, false, true));
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT, other).command(Verb.START);
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals(Texts.BOTH_CHANGED, b.state.reason());
    }

    @Test
    void nodeThatIsMerelyBehindIsNotToldThatBothChangedHoweverOftenThePeerWentOnAlone() {
        ReplicaIdentity gone = Bench.EQUAL;
        for (long generation = 30; generation < 70; generation++) {
            gone = new ReplicaIdentity(
                    generation, Bench.PAIR_GENERATION, gone.historyWhenGoneOn(), true, false, false, false, true);
        }
        Bench b = new Bench(Bench.data(true, true));
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT, gone).command(Verb.START);
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals(Texts.STALE, b.state.reason());
    }

    @Test
    void nodesWhoseRecordsAreCutAreNotToldThatBothChangedTheirData() {
        Bench b = new Bench(Bench.data(true, true));
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT, longLife()).command(Verb.START);
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals(Texts.UNDECIDED, b.state.reason());
    }

    @Test
    void whatMustBeCopiedIsDecidedByTheReplicationEnginesUnlessAnOperatorAsksForAll() {
        ReplicaIdentity diverged = new ReplicaIdentity(31, 5, List.of(5L), true, false, false, false, true);
        for (ReplicaIdentity other : List.of(diverged, longLife())) {
            Bench b = new Bench(new ReplicaIdentity(30, 5, List.of(5L), true, false, false, false, true));
            b.peer(ModuleState.ALONE, Readiness.READY, other).command(Verb.START);
            assertTrue(b.actions.stream()
                    .anyMatch(a -> a instanceof Action.SetData set && set.role().equals(new DataRole.Second(false))));
        }
    }

    /** A copy that has forgotten where it began. */
    private static ReplicaIdentity longLife() {
        List<Long> history = LongStream.range(0, ReplicaIdentity.HISTORY_MAX)
                .mapToObj(i -> 900 - i)
                .toList();
        return new ReplicaIdentity(901, 869, history, true, false, false, false, true);
    }

    @Test
    void m6StartWithAPrimaryPeerBecomesSecond() {
        Bench b = new Bench(Bench.data(false, false));
        b.peer(ModuleState.ALONE, Readiness.READY, Bench.data(true, true)).command(Verb.START);
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        assertEquals("transition WAIT SECOND start", b.hooks.getLast());
    }

    @Test
    void m7StartHooksOfTheSecondaryRunAfterTheReintegration() {
        Bench b = new Bench(Bench.data(false, false));
        ReplicaIdentity primary = Bench.data(true, true);
        b.peer(ModuleState.ALONE, Readiness.READY, primary).command(Verb.START).forget();
        b.synchronizedWith(primary);
        b.expect(ModuleState.SECOND, Readiness.READY);
        assertEquals(
                List.of(
                        "start_both WAIT SECOND start",
                        "start_second WAIT SECOND start",
                        "start_sec WAIT SECOND start"),
                b.hooks);
        assertTrue(b.log.containsAll(List.of("Reintegration ended (changes only)", "Local state SECOND Ready")));
    }

    @Test
    void m8FormerPrimaryOfAPairThatStartsTogetherBecomesPrim() {
        Bench b = new Bench(Bench.pairOf(Bench.data(true, true), true));
        b.command(Verb.START).forget();
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT, Bench.EQUAL).peerAccepts();
        b.expect(ModuleState.PRIM, Readiness.TRANSIENT);
        assertEquals(
                List.of("transition WAIT PRIM start", "start_both WAIT PRIM start", "start_prim WAIT PRIM start"),
                b.hooks);
        b.joined();
        b.expect(ModuleState.PRIM, Readiness.READY);
    }

    @Test
    void m8FormerSecondaryLetsTheFormerPrimaryLead() {
        Bench b = new Bench(Bench.EQUAL).command(Verb.START);
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT, Bench.pairOf(Bench.EQUAL, true));
        b.expect(ModuleState.WAIT, Readiness.TRANSIENT);
        assertTrue(b.state.claim().isEmpty());
    }

    @Test
    void m8PrimWhoseSecondaryDoesNotComeShowsAlone() {
        Bench b = new Bench(Bench.pairOf(Bench.data(true, true), true)).command(Verb.START);
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT, Bench.EQUAL)
                .peerAccepts()
                .forget()
                .ticks(11);
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals(List.of("transition PRIM ALONE start", "start_sec PRIM ALONE start"), b.hooks);
    }

    @Test
    void primReturnsToStopWhenThePeerIsPrimary() {
        Bench b = new Bench(Bench.data(true, true)).command(Verb.PRIM);
        b.peer(ModuleState.PRIM, Readiness.READY, Bench.EQUAL);
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertEquals(Texts.PRIM_ABORTED, b.state.reason());
    }

    @Test
    void primRefusesInconsistentDataAndPrimforceAcceptsThem() {
        ReplicaIdentity half = new ReplicaIdentity(10, 0, List.of(), false, true, false, false, false);
        Bench b = new Bench(half).command(Verb.PRIM);
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertEquals(Texts.INCONSISTENT, b.state.reason());
        assertEquals(
                1,
                b.log.stream().filter(line -> line.contains(Texts.INCONSISTENT)).count(),
                "told once");
        b.command(Verb.PRIMFORCE).silent();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals(
                new DataRole.Alone(true),
                b.actions.stream()
                        .filter(a -> a instanceof Action.SetData set && set.role() instanceof DataRole.Alone)
                        .map(a -> ((Action.SetData) a).role())
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void secondFailsWhenThePeerIsNotPrimary() {
        Bench b = new Bench(Bench.data(false, false)).command(Verb.SECOND);
        b.peer(ModuleState.WAIT, Readiness.NOT_READY, Bench.data(true, false));
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertEquals(Texts.SECOND_ABORTED, b.state.reason());
    }

    @Test
    void secondFullsyncCopiesAll() {
        Bench b = new Bench(Bench.data(true, false)).command(Verb.SECOND_FULLSYNC);
        b.peer(ModuleState.ALONE, Readiness.READY, Bench.data(true, true));
        assertTrue(b.actions.stream()
                .anyMatch(a -> a instanceof Action.SetData set && set.role().equals(new DataRole.Second(true))));
    }

    @Test
    void startOfARunningModuleIsRefusedWithASentence() {
        Bench b = Bench.alone().command(Verb.START);
        Action.Answer answer = (Action.Answer) b.actions.getLast();
        assertFalse(answer.accepted());
        assertTrue(answer.text().contains("already started (ALONE Ready)"));
    }

    @Test
    void primChoosesAgainstAPeerWithNewerData() {
        ReplicaIdentity ahead =
                new ReplicaIdentity(30, 10, List.of(Bench.PAIR_GENERATION), true, false, false, false, true);
        Bench b = new Bench(Bench.data(true, true));
        b.peer(ModuleState.WAIT, Readiness.NOT_READY, ahead).command(Verb.PRIM);
        assertEquals(Claim.RANK_OPERATOR, b.state.claim().orElseThrow().rank());
        b.peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
    }

    @Test
    void missingTocheckPathEndsInStopWithTheReason() {
        Bench b = new Bench(Bench.data(true, true));
        b.hold = true;
        b.command(Verb.START).release().release();
        Action.CheckPaths check = (Action.CheckPaths) b.held.remove();
        b.hold = false;
        b.on(new Event.ActionFailed(check.token(), "/data/marker does not exist"));
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
        assertEquals("/data/marker does not exist", b.state.reason());
    }
}
