package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorSettings.DefaultPrimary;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The reference transition table, M9 to M16: pair, takeover and exchange of roles. */
class PairTransitionsTest {
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
        assertEquals(List.of(), Bench.kinds(b));
        b.peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
        assertEquals(List.of(DataRole.Alone.class), Bench.kinds(b));
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
        b.peer(p -> Peers.full(
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
        assertEquals(List.of(), Bench.kinds(b));
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
    void lossOfThePrimaryThatIsToldDuringTheTakeoverIsNoLossOfASecondary() {
        Bench b = Bench.second();
        b.hold = true;
        b.silent();
        assertEquals(new DataRole.Alone(false), b.releaseUntilData().role());
        b.on(new Event.PeerLost("connection reset", true));
        assertEquals(Pair.NONE, b.state.pair());
        b.releaseAll();
        b.expect(ModuleState.ALONE, Readiness.READY);
    }

    @Test
    void copyThatBeginsBeforeTheGoingOnAloneIsToldIsNotForgotten() {
        Bench b = Bench.prim();
        b.hold = true;
        b.on(new Event.PeerLost("connection reset", true)).silent();
        assertEquals(new DataRole.Alone(false), b.releaseUntilData().role());
        b.on(new Event.ReintegrationStarted("changes only")).releaseAll();
        assertEquals(Pair.COPYING, b.state.pair());
        b.forget().on(new Event.PeerLost("connection reset", true));
        assertEquals(List.of(DataRole.Alone.class), Bench.kinds(b), "the writes that wait are completed");
    }

    @Test
    void takeoverIsAbandonedWhenThePrimaryIsBackBeforeItBegan() {
        Bench b = Bench.second();
        b.hold = true;
        b.silent();
        assertEquals(Phase.TAKING_OVER, b.state.phase());
        b.repeat().releaseAll();
        assertFalse(Bench.kinds(b).contains(DataRole.Alone.class));
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
        b.peer(p -> Peers.claims(p, claim));
        assertTrue(b.state.report().accepted().isEmpty());
        b.release();
        assertEquals(Optional.of(claim), b.state.report().accepted());
        assertFalse(b.state.report().identity().upToDate());
        b.releaseAll();
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        assertTrue(b.log.contains("Action start called automatically"));
    }

    @Test
    void copyUnderWayIsMarkedOutdatedBeforeAClaimIsAccepted() {
        Bench b = new Bench(Bench.data(false, false));
        ReplicaIdentity ahead = new ReplicaIdentity(
                20, Bench.PAIR_GENERATION, List.of(Bench.PAIR_GENERATION), true, false, false, false, true);
        b.peer(ModuleState.ALONE, Readiness.READY, ahead).command(Verb.START);
        b.on(new Event.ReintegrationStarted("changes only")).forget();
        b.hold = true;
        Claim claim = new Claim("b", 1, 3, 20, Claim.RANK_RUNNING_PRIMARY);
        b.peer(p -> Peers.claims(p, claim));
        assertEquals(List.of(Action.PersistOutdated.class), Bench.kinds(b));
        assertEquals(Optional.empty(), b.state.report().accepted());
        b.releaseAll();
        assertEquals(Optional.of(claim), b.state.report().accepted());
    }

    @Test
    void m14SecondBecomesPrimOnlyAfterTheOfferOfItsPrimary() {
        Bench b = Bench.second();
        b.command(Verb.SWAP);
        assertTrue(b.state.report().swapRequest() != 0);
        b.expect(ModuleState.SECOND, Readiness.READY);
        long generation = b.state.identity().generation();
        b.peer(p -> Peers.offers(p, generation)).peerAccepts();
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
        assertEquals(List.of(DataRole.HandOver.class), Bench.kinds(b));
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
    void nosyncIsAnOrdinarySwapOnEitherNodeAndTheAnswerSaysSo() {
        Bench secondary = Bench.second().command(Verb.SWAP_NOSYNC);
        Bench primary = Bench.prim().command(Verb.SWAP_NOSYNC);
        assertTrue(secondary.state.report().swapRequest() != 0);
        primary.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        for (Bench node : List.of(secondary, primary)) {
            assertTrue(node.actions.stream()
                    .anyMatch(action -> action instanceof Action.Answer answer
                            && answer.accepted()
                            && answer.text().startsWith("nosync makes no difference")));
        }
    }

    @Test
    void aSwapThatCannotBeginSaysWhatToDoInstead() {
        Bench underWay = Bench.prim();
        underWay.hold = true;
        underWay.command(Verb.SWAP).command(Verb.SWAP);
        assertEquals(
                "Roles are exchanged between PRIM Ready and SECOND Ready; this node is PRIM Transient: wait until both"
                        + " nodes are Ready (state shows them), then ask again if it is still wanted",
                refusal(underWay));
        assertEquals(
                "Roles are exchanged between PRIM Ready and SECOND Ready; this node is ALONE Ready: start the module on"
                        + " the other node unless it runs, wait there for SECOND (waitstate SECOND), then ask again",
                refusal(Bench.alone().command(Verb.SWAP)));
        Bench stopping = Bench.prim();
        stopping.hold = true;
        stopping.command(Verb.STOP).command(Verb.SWAP);
        assertEquals("The module is stopping: wait until it is stopped (waitstop), then start it", refusal(stopping));
        assertEquals(
                "The module has no role yet (WAIT Transient): state shows what it waits for; ask again when it is Ready,"
                        + " if it is still wanted",
                refusal(new Bench(ReplicaIdentity.blank()).command(Verb.START).command(Verb.SWAP)));
    }

    private static String refusal(Bench node) {
        return node.actions.stream()
                .filter(Action.Answer.class::isInstance)
                .map(Action.Answer.class::cast)
                .filter(answer -> !answer.accepted())
                .map(Action.Answer::text)
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    @Test
    void handoverGoesOnWhenTheSecondaryLeavesTheLinkBeforeThePrimaryKnowsThatItIsDone() {
        Bench b = Bench.prim();
        b.hold = true;
        b.command(Verb.SWAP).release().release();
        b.peer(p -> Peers.full(
                p,
                ModuleState.SECOND,
                Readiness.READY,
                p.identity(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                FormerRole.NONE));
        b.on(new Event.PeerLost("closed by the peer", true));
        assertTrue(b.state.claim().isEmpty());
        b.release();
        assertTrue(b.state.report().handover().isPresent());
        assertTrue(b.actions.stream().noneMatch(Action.DropPeer.class::isInstance));
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

    @Test
    void m16PreferredNodeGetsTheRoleOfAnAloneNode() {
        Bench b = Bench.alone();
        b.peer(p -> Peers.asksForSwap(p, 99));
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
}
