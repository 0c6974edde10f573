package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.MirrorState.Progress;
import dev.lockstep.core.mirror.MirrorState.StartOrder;
import dev.lockstep.core.mirror.MirrorState.SwapRequest;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides for a mirror module. Stateless: the same state and event always give the same step. */
public final class MirrorAutomaton {
    /** More rows and steps of plans than any event can set off; reaching it means that rows undo each other. */
    private static final int STEPS_MAX = 200;

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
                DataMode.STOPPED,
                Pair.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new StartOrder(Verb.START, "start", false, false),
                List.of(),
                Optional.empty(),
                Set.of(),
                new Progress(1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                MirrorState.Recording.NONE,
                Optional.empty(),
                new SwapRequest(0, "", false, 0, false),
                FormerRole.NONE,
                Optional.empty(),
                loop,
                DiskHealth.GOOD);
    }

    /**
     * What follows from an event: first the row of the event, then row after row of what follows from the new situation, and
     * the plan carried forward between them, until nothing more applies.
     *
     * @throws IllegalStateException if no row is written for the situation: a defect of the automaton, never a wrong input
     */
    public Step step(MirrorState state, Event event) {
        Turn turn = new Turn(state, event);
        fire(turn, RowTable.answering(turn));
        for (int i = 0; i < STEPS_MAX; i++) {
            Optional<Row> row = RowTable.following(turn);
            if (row.isPresent()) {
                fire(turn, row.get());
            } else if (!PlanRunner.advance(turn)) {
                return turn.end();
            }
        }
        throw new IllegalStateException("rows " + turn.rows() + " lead nowhere: " + event + " in " + state.phase());
    }

    private static void fire(Turn turn, Row row) {
        turn.fired(row);
        row.effect().accept(turn);
    }
}
