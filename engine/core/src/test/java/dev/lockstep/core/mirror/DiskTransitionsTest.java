package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorSettings.DefaultPrimary;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a node does whose disk is bad: it ends its role for a secondary that can do better, and for nobody else. */
class DiskTransitionsTest {
    private static final List<DiskHealth> DEAD = List.of(DiskHealth.ERRORS, DiskHealth.HANGS);

    private static Event bad(DiskHealth health) {
        return new Event.DiskChanged(health, "write, errno 5");
    }

    private static Bench peerDisk(Bench b, DiskHealth health) {
        return b.peer(p -> Peers.disk(p, health));
    }

    private static String logged(Bench b) {
        return String.join("\n", b.log);
    }

    @Test
    void givenAGoodSecondary_whenTheDiskOfThePrimaryIsGone_thenWhatWaitsEndsBeforeTheHooksAndTheRoleIsOffered() {
        for (DiskHealth health : DEAD) {
            Bench b = Bench.prim();
            b.hold = true;
            b.on(bad(health));
            assertEquals(List.of(DataRole.Abandoned.class), Bench.kinds(b));
            assertEquals(List.of(), b.hooks);
            assertEquals(health, b.state.report().disk(), "the other node is told why");
            b.releaseAll();
            assertTrue(logged(b).contains("gives up its role"), logged(b));
            assertEquals(
                    Optional.of(b.state.identity().generation()),
                    b.state.report().handover());
            Claim claim = new Claim("b", 1, 3, b.state.identity().generation(), Claim.RANK_TAKEOVER);
            b.peer(p -> Peers.claims(p, claim));
            b.expect(ModuleState.STOP, Readiness.NOT_READY);
            assertFalse(b.state.order().startAgain());
        }
    }

    @Test
    void givenNobodyWhoCouldDoBetter_whenTheDiskOfThePrimaryIsGone_thenItStaysAndSaysSo() {
        Bench outdated = Bench.prim();
        peerDisk(outdated, DiskHealth.REFUSED);
        Bench withoutFailover = Bench.prim();
        withoutFailover.peer(p -> Peers.failover(p, false));
        for (Bench b : List.of(Bench.alone(), outdated, withoutFailover)) {
            ModuleState before = b.state.state();
            b.forget().on(bad(DiskHealth.ERRORS)).ticks(200);
            assertEquals(before, b.state.state());
            assertTrue(logged(b).contains("stays primary"), logged(b));
        }
    }

    @Test
    void givenAPrimaryThatStayed_whenASecondaryIsReady_thenItGetsTheRole() {
        Bench b = Bench.alone();
        b.on(bad(DiskHealth.ERRORS)).forget();
        b.joined().ticks(1);
        assertTrue(logged(b).contains("gives up its role"), logged(b));
    }

    @Test
    void givenAGoodSecondary_whenTheDiskOfThePrimaryHasRefusedData_thenTheRolesAreExchanged() {
        Bench b = Bench.prim();
        b.on(bad(DiskHealth.REFUSED));
        assertEquals(List.of(DataRole.HandOver.class), Bench.kinds(b));
        assertTrue(logged(b).contains("hands its role over"), logged(b));
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    @Test
    void givenTwoDisksThatRefuse_whenTheRoleHasGoneToAndFroAsOftenAsMaxloopAllows_thenItStays() {
        Bench b = Bench.prim();
        for (int i = 0; i < b.state.settings().maxloop(); i++) {
            b.by("checker", Verb.INCLOOP);
        }
        b.forget().on(bad(DiskHealth.REFUSED)).ticks(50);
        b.expect(ModuleState.PRIM, Readiness.READY);
        b.on(bad(DiskHealth.ERRORS)).ticks(50);
        b.expect(ModuleState.PRIM, Readiness.READY);
    }

    @Test
    void givenAHookThatWaitsForTheDisk_whenTheDiskHangsWhileTheModuleStops_thenTheHookIsFreed() {
        Bench b = Bench.alone();
        b.hold = true;
        b.command(Verb.STOP).forget();
        b.on(bad(DiskHealth.HANGS));
        assertEquals(List.of(DataRole.Abandoned.class), Bench.kinds(b));
        b.releaseAll();
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
    }

    @Test
    void givenASecondary_whenThePrimarySaysThatItsDiskIsGone_thenTheLogTellsWhoGaveUpAndWhatToDo() {
        Bench b = Bench.second();
        peerDisk(b, DiskHealth.ERRORS);
        assertTrue(logged(b).contains("b says that its disk answers with errors: it gives up its role"), logged(b));
        assertTrue(logged(b).contains("start the module there"), logged(b));
        peerDisk(b, DiskHealth.ERRORS);
        assertEquals(
                1, b.log.stream().filter(line -> line.contains("says that")).count(), "told once");
    }

    @Test
    void givenASecondaryWhoseOwnDiskIsGone_whenThePrimaryIsLost_thenItTakesOverAllTheSame() {
        Bench b = Bench.second();
        b.on(bad(DiskHealth.ERRORS)).silent();
        b.expect(ModuleState.ALONE, Readiness.READY);
    }

    @Test
    void givenANodeThatDefaultprimPrefers_whenItsDiskIsBad_thenItDoesNotAskForTheRoleBeforeItIsGoodAgain() {
        Bench b = new Bench(Bench.data(false, false), Bench.settings(DefaultPrimary.NODE));
        ReplicaIdentity ahead = new ReplicaIdentity(
                20, Bench.PAIR_GENERATION, List.of(Bench.PAIR_GENERATION), true, false, false, false, true);
        b.on(bad(DiskHealth.REFUSED));
        b.peer(ModuleState.ALONE, Readiness.READY, ahead).command(Verb.START);
        b.synchronizedWith(ahead);
        b.peer(ModuleState.PRIM, Readiness.READY, Bench.pairOf(ahead, true)).ticks(2);
        b.expect(ModuleState.SECOND, Readiness.READY);
        assertEquals(0, b.state.report().swapRequest());
        b.on(bad(DiskHealth.GOOD)).ticks(1);
        assertTrue(b.state.report().swapRequest() != 0);
    }
}
