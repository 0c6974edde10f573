package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorSettings.DefaultPrimary;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The transition table of the reference product, row by row, and the semantics of its commands. */
class MirrorTransitionsTest {
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

    private static List<Class<?>> kinds(Bench b) {
        return b.actions.stream()
                .filter(a -> a instanceof Action.SetData || a instanceof Action.PersistOutdated)
                .<Class<?>>map(a -> a instanceof Action.SetData set ? set.role().getClass() : a.getClass())
                .toList();
    }

    // ---- start -------------------------------------------------------------------------------------------------

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
    void m6StartWithAPrimaryPeerBecomesSecond() {
        Bench b = new Bench(Bench.data(false, false));
        b.peer(ModuleState.ALONE, Readiness.READY, Bench.data(true, true)).command(Verb.START);
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        assertEquals("transition WAIT SECOND start", b.hooks.getLast());
    }

    @Test
    void m7StartHooksOfTheSecondaryRunAfterTheResynchronization() {
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
        assertTrue(b.log.containsAll(List.of("Reintegration ended (synchronize)", "Local state SECOND Ready")));
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

    // ---- commands of start ------------------------------------------------------------------------------------------

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
        assertTrue(b.log.contains(Texts.INCONSISTENT));
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

    // ---- pair --------------------------------------------------------------------------------------------------

    @Test
    void m9AloneBecomesPrimWhenThePeerIsSecondReady() {
        Bench b = Bench.alone().joined();
        b.expect(ModuleState.PRIM, Readiness.READY);
        assertEquals(List.of("stop_sec ALONE PRIM start", "transition ALONE PRIM start"), b.hooks);
        assertTrue(b.log.containsAll(List.of("Remote state SECOND Ready", "Local state PRIM Ready")));
    }

    @Test
    void m10PrimWaitsForTheWordOfItsLostSecondary() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true));
        b.expect(ModuleState.PRIM, Readiness.TRANSIENT);
        assertEquals(Pair.LOST, b.state.pair());
        assertEquals(Claim.RANK_RUNNING_PRIMARY, b.state.claim().orElseThrow().rank());
        assertEquals(List.of(), kinds(b));
        b.peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals(List.of(DataRole.Alone.class), kinds(b));
        assertEquals(List.of("transition PRIM ALONE start", "start_sec PRIM ALONE start"), b.hooks);
        assertEquals(FormerRole.PRIMARY, b.state.wasPrimary());
    }

    @Test
    void m10PrimGoesAloneWhenTheLostSecondaryIsSilent() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true)).silent();
        b.expect(ModuleState.ALONE, Readiness.READY);
    }

    @Test
    void m10SecondaryThatLeftAndIsOutdatedNeedsNoClaim() {
        Bench b = Bench.prim();
        long generation = b.state.identity().generation();
        b.peer(p -> Bench.full(
                p,
                ModuleState.WAIT,
                Readiness.TRANSIENT,
                Bench.outdated(p.identity()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(generation),
                0,
                false,
                FormerRole.NONE));
        b.expect(ModuleState.ALONE, Readiness.READY);
    }

    @Test
    void m10PromotableSecondaryThatSaysNothingKeepsTheWritesWaiting() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true)).repeat().ticks(100);
        b.expect(ModuleState.PRIM, Readiness.TRANSIENT);
        assertEquals(List.of(), kinds(b));
    }

    @Test
    void m11SecondTakesOverFromAStoppedPrimary() {
        Bench b = Bench.second();
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT);
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        b.peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertTrue(b.log.contains("Action alone called by heart: remote stop"));
        assertEquals(
                List.of(
                        "stop_second SECOND ALONE start",
                        "transition SECOND ALONE start",
                        "start_prim SECOND ALONE start"),
                b.hooks);
    }

    @Test
    void m11SecondTakesOverFromALostPrimary() {
        Bench b = Bench.second();
        b.on(new Event.PeerLost("connection reset", false)).ticks(5);
        b.expect(ModuleState.SECOND, Readiness.READY);
        b.silent();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertTrue(b.log.contains("Action alone called by heart: no heartbeat"));
        assertEquals(FormerRole.SECONDARY, b.state.wasPrimary());
    }

    @Test
    void takeoverIsAbandonedWhenThePrimaryIsBackBeforeItBegan() {
        Bench b = Bench.second();
        b.hold = true;
        b.silent();
        assertEquals(Phase.TAKING_OVER, b.state.phase());
        b.repeat().releaseAll();
        assertFalse(kinds(b).contains(DataRole.Alone.class));
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    @Test
    void m12WithFailoverOffTheSecondaryWaits() {
        Bench b = Bench.second();
        b.on(new Event.FailoverSwitched(false, new Caller.Operator("root"))).forget();
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT);
        b.peer(ModuleState.STOP, Readiness.NOT_READY);
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertTrue(b.log.containsAll(List.of(
                Texts.FAILOVER_OFF,
                "Action stopstart called by failover-off",
                "Transition STOPSTART from failover-off",
                "Local state WAIT NotReady")));
        assertEquals("stop_sec SECOND WAIT stopstart", b.hooks.getFirst());
        b.peer(ModuleState.WAIT, Readiness.TRANSIENT);
        b.peer(ModuleState.PRIM, Readiness.TRANSIENT);
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    @Test
    void m13HalfCopyWithoutItsPrimaryWaits() {
        Bench b = new Bench(Bench.data(false, false));
        b.peer(ModuleState.ALONE, Readiness.READY, Bench.data(true, true)).command(Verb.START);
        b.on(new Event.IdentityChanged(new ReplicaIdentity(10, 0, List.of(), false, true, false, false, false)));
        b.silent();
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals("rfs_notuptodate_server", b.state.rule());
    }

    @Test
    void outdatedIsDurableBeforeItIsToldAndThenTheSecondaryCatchesUp() {
        Bench b = Bench.second();
        b.hold = true;
        Claim claim = new Claim("b", 1, 7, b.state.identity().generation(), Claim.RANK_RUNNING_PRIMARY);
        b.peer(p -> claims(p, claim));
        assertTrue(b.state.report().accepted().isEmpty());
        b.release();
        assertEquals(Optional.of(claim), b.state.report().accepted());
        assertFalse(b.state.report().identity().upToDate());
        b.releaseAll();
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        assertTrue(b.log.contains("Action start called automatically"));
    }

    private static PeerReport claims(PeerReport p, Claim claim) {
        return Bench.full(
                p,
                p.state(),
                p.readiness(),
                p.identity(),
                Optional.of(claim),
                Optional.empty(),
                p.handover(),
                0,
                p.linked(),
                p.wasPrimary());
    }

    // ---- swap --------------------------------------------------------------------------------------------------

    @Test
    void m14SecondBecomesPrimOnlyAfterTheOfferOfItsPrimary() {
        Bench b = Bench.second();
        b.command(Verb.SWAP);
        assertTrue(b.state.report().swapRequest() != 0);
        b.expect(ModuleState.SECOND, Readiness.READY);
        long generation = b.state.identity().generation();
        b.peer(p -> offers(p, generation)).peerAccepts();
        b.expect(ModuleState.PRIM, Readiness.TRANSIENT);
        assertEquals(
                List.of(
                        "stop_sec SECOND PRIM start",
                        "stop_second SECOND PRIM start",
                        "transition SECOND PRIM start",
                        "start_prim SECOND PRIM start"),
                b.hooks);
        b.joined();
        b.expect(ModuleState.PRIM, Readiness.READY);
        assertTrue(b.log.contains("Transition SWAP from root"));
    }

    static PeerReport offers(PeerReport p, long generation) {
        return Bench.full(
                p,
                ModuleState.SECOND,
                Readiness.TRANSIENT,
                p.identity(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(generation),
                0,
                false,
                FormerRole.NONE);
    }

    @Test
    void m15PrimStopsFlushesAndOnlyThenOffers() {
        Bench b = Bench.prim();
        long generation = b.state.identity().generation();
        b.hold = true;
        b.command(Verb.SWAP);
        b.expect(ModuleState.PRIM, Readiness.TRANSIENT);
        b.release().release();
        assertEquals(List.of("stop_prim PRIM SECOND stop", "stop_prim force PRIM SECOND stop"), b.hooks);
        assertTrue(b.state.report().handover().isEmpty());
        b.release();
        assertEquals(List.of(DataRole.HandOver.class), kinds(b));
        assertEquals(Optional.of(generation), b.state.report().handover());
        b.releaseAll();
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        ReplicaIdentity promoted =
                new ReplicaIdentity(77, generation, List.of(generation), true, false, false, false, true);
        b.peer(ModuleState.PRIM, Readiness.TRANSIENT, promoted);
        b.synchronizedWith(promoted);
        b.expect(ModuleState.SECOND, Readiness.READY);
        assertEquals(
                List.of(
                        "stop_prim PRIM SECOND stop",
                        "stop_prim force PRIM SECOND stop",
                        "transition PRIM SECOND stop",
                        "start_second PRIM SECOND stop",
                        "start_sec PRIM SECOND stop"),
                b.hooks);
    }

    @Test
    void m15RoleThatNobodyTakesIsTakenBackWithThePeersConsent() {
        Bench b = Bench.prim();
        b.command(Verb.SWAP).forget().ticks(21);
        assertEquals(Claim.RANK_TAKE_BACK, b.state.claim().orElseThrow().rank());
        assertTrue(b.state.report().handover().isEmpty());
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        b.peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals(
                List.of(
                        "transition SECOND ALONE start",
                        "start_prim SECOND ALONE start",
                        "start_sec SECOND ALONE start"),
                b.hooks);
    }

    @Test
    void swapIsGivenUpWhenTheSecondaryIsLostOnTheWay() {
        Bench b = Bench.prim();
        b.hold = true;
        b.command(Verb.SWAP);
        b.on(new Event.PeerLost("connection reset", true)).releaseAll().peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertTrue(b.hooks.contains("start_prim PRIM ALONE start"));
    }

    static PeerReport asksForSwap(PeerReport p, long number) {
        return Bench.full(
                p,
                p.state(),
                p.readiness(),
                p.identity(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                number,
                false,
                FormerRole.NONE);
    }

    @Test
    void m16PreferredNodeGetsTheRoleOfAnAloneNode() {
        Bench b = Bench.alone();
        b.peer(p -> asksForSwap(p, 99));
        b.joined();
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        assertTrue(b.log.contains("Transition SWAP from defaultprim"));
        assertEquals(
                List.of(
                        "stop_prim ALONE SECOND stop",
                        "stop_prim force ALONE SECOND stop",
                        "transition ALONE SECOND stop"),
                b.hooks);
        ReplicaIdentity promoted =
                new ReplicaIdentity(77, 1, List.of(b.state.identity().generation()), true, false, false, false, true);
        b.forget().peer(ModuleState.PRIM, Readiness.TRANSIENT, promoted).synchronizedWith(promoted);
        assertEquals(List.of("start_second ALONE SECOND stop"), b.hooks);
    }

    @Test
    void defaultprimNodeAsksForTheRoleOnceItIsSecondReady() {
        MirrorSettings preferred =
                MirrorModelTest.settings("a", "b", true, DefaultPrimary.NODE, EnumSet.allOf(Hook.class));
        Bench b = Bench.secondWith(preferred);
        assertTrue(b.state.report().swapRequest() != 0);
        assertEquals("defaultprim", b.state.report().swapOrigin());
    }

    @Test
    void lastprimAsksForTheRoleItHadBeforeItsLastStop() {
        Bench formerPrimary = new Bench(Bench.data(false, true), Bench.settings(DefaultPrimary.LASTPRIM));
        Bench formerSecondary = new Bench(Bench.data(false, false), Bench.settings(DefaultPrimary.LASTPRIM));
        ReplicaIdentity primary = Bench.data(true, true);
        for (Bench b : List.of(formerPrimary, formerSecondary)) {
            b.peer(ModuleState.ALONE, Readiness.READY, primary).command(Verb.START);
            b.synchronizedWith(primary);
            assertEquals(b == formerPrimary, b.state.report().swapRequest() != 0);
        }
    }

    // ---- stop --------------------------------------------------------------------------------------------------

    @Test
    void m17StopOnPrimHandsOverBeforeItShowsWait() {
        Bench b = Bench.prim().command(Verb.STOP);
        b.expect(ModuleState.WAIT, Readiness.TRANSIENT);
        assertEquals(
                stopped("stop", "stop_prim PRIM WAIT stop", "stop_both PRIM WAIT stop", "transition PRIM WAIT stop"),
                b.hooks);
        assertEquals(List.of(DataRole.HandOver.class), kinds(b));
        Claim claim = new Claim("b", 1, 3, b.state.identity().generation(), Claim.RANK_TAKEOVER);
        b.peer(p -> claims(p, claim));
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
        assertEquals(List.of(DataRole.Waiting.class, Action.PersistOutdated.class, DataRole.Stopped.class), kinds(b));
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
        assertEquals(List.of(), kinds(b));
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

    // ---- split brain -------------------------------------------------------------------------------------------

    @Test
    void m26FormerPrimaryStaysAfterASplitBrain() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("cut", true)).silent().forget();
        b.peer(p -> split(p, FormerRole.SECONDARY));
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertTrue(b.log.contains(Texts.STAYING));
    }

    @Test
    void m27FormerSecondaryLeavesAfterASplitBrain() {
        Bench b = Bench.second();
        b.silent().forget();
        b.peer(p -> split(p, FormerRole.PRIMARY));
        assertTrue(b.log.contains(Texts.EXITING));
        assertTrue(b.hooks.contains("stop_prim ALONE WAIT stopstart"));
        assertEquals(
                List.of(DataRole.Waiting.class, Action.PersistOutdated.class, DataRole.Stopped.class),
                kinds(b).subList(0, 3));
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    private static PeerReport split(PeerReport p, FormerRole former) {
        ReplicaIdentity own = new ReplicaIdentity(
                999, p.identity().generation(), List.of(p.identity().generation()), true, false, false, false, true);
        return Bench.full(
                p,
                ModuleState.ALONE,
                Readiness.READY,
                own,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                former);
    }

    @Test
    void ofTwoPrimariesWithEqualRightTheYoungerLeaves() {
        for (long age : new long[] {5, 500}) {
            Bench b = new Bench(Bench.data(true, true))
                    .command(Verb.START)
                    .silent()
                    .ticks(50);
            b.peer(p -> Bench.aged(split(p, FormerRole.NONE), age, Optional.empty()));
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
        b.peer(p -> split(p, FormerRole.NONE));
        b.expect(ModuleState.ALONE, Readiness.READY);
        Verdict verdict = new Verdict("z", b.state.identity().generation());
        b.peer(p -> Bench.aged(p, 0, Optional.of(verdict)));
        assertTrue(b.log.contains(Texts.EXITING));
    }

    @Test
    void pausedPrimaryThatFindsItsPeerAheadStepsDown() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true));
        ReplicaIdentity ahead =
                new ReplicaIdentity(999, 1, List.of(b.state.identity().generation()), true, false, false, false, true);
        b.peer(ModuleState.ALONE, Readiness.READY, ahead);
        assertTrue(b.log.contains(Texts.TAKEN_OVER));
        assertFalse(kinds(b).contains(DataRole.Alone.class));
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    // ---- failures ----------------------------------------------------------------------------------------------

    @Test
    void failedResynchronizationIsTriedAgainThenSlowlyFromWait() {
        Bench b = new Bench(Bench.data(false, false));
        b.peer(ModuleState.ALONE, Readiness.READY, Bench.data(true, true)).command(Verb.START);
        for (int i = 1; i < 5; i++) {
            b.on(new Event.ReintegrationFailed("no route to host"));
            b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
            b.forget().ticks(40);
            assertEquals(List.of(DataRole.Second.class), kinds(b), "attempt " + i);
        }
        b.on(new Event.ReintegrationFailed("no route to host"));
        b.expect(ModuleState.WAIT, Readiness.NOT_READY);
        assertEquals("no route to host", b.state.reason());
        b.ticks(31);
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
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
        PeerReport old = Bench.report(ModuleState.WAIT, Readiness.TRANSIENT, b.state.identity());
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
