package dev.lockstep.core.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A primary that must leave its role ends the writes that wait before it asks any hook: the hook may wait for who waits for them. */
class PendingWritesTest {
    /** The peer has gone on from the generation of this primary. */
    private static void replaced(Bench b) {
        ReplicaIdentity ahead =
                new ReplicaIdentity(999, 1, List.of(b.state.identity().generation()), true, false, false, false, true);
        b.peer(ModuleState.ALONE, Readiness.READY, ahead);
    }

    private static void expectOnlyTheDataBeingClosed(Bench b) {
        assertEquals(List.of(DataRole.Waiting.class), Bench.kinds(b));
        assertEquals(List.of(), b.hooks, "no hook before the writes that wait have ended");
    }

    @Test
    void primaryThatWasReplacedEndsWhatWaitsBeforeAnyHook() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true));
        b.hold = true;
        replaced(b);
        expectOnlyTheDataBeingClosed(b);
        b.release();
        assertEquals(List.of("stop_prim PRIM WAIT stopstart"), b.hooks);
    }

    @Test
    void primaryThatWasReplacedWhileAHookRunsDoesNotWaitForTheHook() {
        Bench b = Bench.prim();
        b.hold = true;
        b.command(Verb.SWAP);
        b.on(new Event.PeerLost("connection reset", true)).forget();
        replaced(b);
        expectOnlyTheDataBeingClosed(b);
        b.releaseAll();
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }

    @Test
    void primaryThatWasReplacedWhileItStopsEndsWhatWaitsWhileTheHookRuns() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true));
        b.hold = true;
        b.command(Verb.STOP).forget();
        replaced(b);
        expectOnlyTheDataBeingClosed(b);
        b.releaseAll();
        b.expect(ModuleState.STOP, Readiness.NOT_READY);
    }

    @Test
    void primaryThatCannotRecordThatItGoesOnAloneEndsWhatWaitsBeforeAnyHook() {
        for (boolean stopping : List.of(false, true)) {
            Bench b = Bench.prim();
            b.on(new Event.PeerLost("connection reset", true));
            b.hold = true;
            if (stopping) {
                b.command(Verb.STOP);
            }
            b.silent().forget();
            b.on(new Event.ActionFailed(b.state.progress().dataToken(), "no space left"));
            expectOnlyTheDataBeingClosed(b);
        }
    }

    @Test
    void primaryWhoseMountIsGoneEndsWhatWaitsBeforeAnyHook() {
        Bench b = Bench.prim();
        b.hold = true;
        b.on(new Event.LocalReplicationFailed("the mount is gone"));
        expectOnlyTheDataBeingClosed(b);
    }

    @Test
    void forcestopEndsWhatWaitsForALostPeerBeforeItKills() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true));
        b.hold = true;
        b.command(Verb.FORCESTOP);
        expectOnlyTheDataBeingClosed(b);
    }

    @Test
    void dataThatCannotBeClosedBesideThePlanAreClosedByIt() {
        Bench b = Bench.prim();
        b.on(new Event.PeerLost("connection reset", true));
        b.hold = true;
        replaced(b);
        b.forget();
        b.held.clear();
        b.on(new Event.ActionFailed(b.state.progress().closeToken(), "busy"));
        assertTrue(b.log.contains("busy"));
        b.releaseAll();
        assertEquals(DataRole.Waiting.class, Bench.kinds(b).getFirst());
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
    }
}
