package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.MirrorState.Progress;
import dev.lockstep.core.mirror.MirrorState.StartOrder;
import dev.lockstep.core.mirror.MirrorState.SwapRequest;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import java.util.List;
import java.util.Optional;

/** Decides for a mirror module. Stateless: the same state and event always give the same step. */
public final class MirrorAutomaton {
    /**
     * The state of a module whose daemon has just begun.
     *
     * @param incarnation greater than in every earlier life of this daemon
     * @param identity what the disk says about the local copy; {@link ReplicaIdentity#withoutData()} without replication
     * @param failover the switch as last set
     * @param loop the counter as last stored
     */
    public MirrorState begin(
            MirrorSettings settings, long incarnation, ReplicaIdentity identity, boolean failover, LoopCounter loop) {
        return new MirrorState(
                settings,
                incarnation,
                0,
                Phase.STOPPED,
                ModuleState.STOP,
                Readiness.NOT_READY,
                "",
                "",
                failover,
                identity,
                PeerView.UNKNOWN,
                Pair.NONE,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                new StartOrder(Verb.START, "start", false, false),
                List.of(),
                new Progress(1, 0, false, 0, 0, 0, 0, 0, 0),
                Optional.empty(),
                new SwapRequest(0, "", false, 0),
                FormerRole.NONE,
                Optional.empty(),
                loop);
    }

    /**
     * What follows from an event.
     *
     * @throws IllegalStateException if no row is written for the situation: a defect of the automaton, never a wrong input
     */
    public Step step(MirrorState state, Event event) {
        if (event instanceof Event.Tick) {
            return new Step(state, List.of(), List.of());
        }
        throw new IllegalStateException("no row for " + event + " in " + state.phase());
    }
}
