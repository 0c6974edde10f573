package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorState.DataMode;
import dev.lockstep.core.mirror.MirrorState.Pair;
import dev.lockstep.core.mirror.MirrorState.Progress;
import dev.lockstep.core.mirror.MirrorState.Recording;
import dev.lockstep.core.mirror.MirrorState.StartOrder;
import dev.lockstep.core.mirror.MirrorState.SwapRequest;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One step in the making: the state laid open, the actions and the rows collected. Lives only inside
 * {@link MirrorAutomaton#step}; this is why rows can be short sentences although the state is immutable.
 */
final class Turn {
    final MirrorState before;
    final MirrorSettings settings;
    final Event event;

    Phase phase;
    ModuleState state;
    Readiness readiness;
    String rule;
    String reason;
    boolean failover;
    ReplicaIdentity identity;
    PeerView peer;
    DataMode data;
    Pair pair;
    Optional<Claim> claim;
    Optional<Claim> accepting;
    Optional<Claim> accepted;
    Optional<Long> handover;
    StartOrder order;
    final Deque<PlanStep> plan;
    Optional<PlanStep> current;
    final Set<HookPair> activePairs;
    long nextToken;
    long planToken;
    long dataToken;
    long closeToken;
    long outdatedToken;
    long tick;
    long roleSince;
    long deadline;
    long retryAt;
    int failures;
    Recording recording;
    Optional<Event.Command> queued;
    SwapRequest swap;
    FormerRole wasPrimary;
    Optional<Verdict> verdict;
    LoopCounter loop;
    DiskHealth disk;

    private final List<Action> actions = new ArrayList<>();
    private final List<Integer> rows = new ArrayList<>();

    Turn(MirrorState s, Event event) {
        this.before = s;
        this.event = event;
        settings = s.settings();
        phase = s.phase();
        state = s.state();
        readiness = s.readiness();
        rule = s.rule();
        reason = s.reason();
        failover = s.failover();
        identity = s.identity();
        peer = s.peer();
        data = s.data();
        pair = s.pair();
        claim = s.claim();
        accepting = s.accepting();
        accepted = s.accepted();
        handover = s.handover();
        order = s.order();
        plan = new ArrayDeque<>(s.plan());
        current = s.current();
        activePairs = EnumSet.noneOf(HookPair.class);
        activePairs.addAll(s.activePairs());
        Progress p = s.progress();
        nextToken = p.nextToken();
        planToken = p.planToken();
        dataToken = p.dataToken();
        closeToken = p.closeToken();
        outdatedToken = p.outdatedToken();
        tick = p.tick();
        roleSince = p.roleSince();
        deadline = p.deadline();
        retryAt = p.retryAt();
        failures = p.failures();
        recording = s.recording();
        queued = s.queued();
        swap = s.swap();
        wasPrimary = s.wasPrimary();
        verdict = s.verdict();
        loop = s.loop();
        disk = s.disk();
    }

    /** Closes the step: the new state, the actions, and the report if the peer must know something new. */
    Step end() {
        MirrorState after = state(before.revision() + 1);
        if (Reports.tellsMore(before, after)) {
            act(new Action.SendReport(after.report()));
        }
        return new Step(after, actions, rows);
    }

    private MirrorState state(long revision) {
        return new MirrorState(
                settings,
                before.incarnation(),
                revision,
                phase,
                state,
                readiness,
                rule,
                reason,
                failover,
                identity,
                peer,
                data,
                pair,
                claim,
                accepting,
                accepted,
                handover,
                order,
                List.copyOf(plan),
                current,
                activePairs,
                new Progress(
                        nextToken,
                        planToken,
                        dataToken,
                        closeToken,
                        outdatedToken,
                        tick,
                        roleSince,
                        deadline,
                        retryAt,
                        failures),
                recording,
                queued,
                swap,
                wasPrimary,
                verdict,
                loop,
                disk);
    }

    void fired(Row row) {
        rows.add(row.number());
    }

    List<Integer> rows() {
        return List.copyOf(rows);
    }

    void act(Action action) {
        actions.add(action);
    }

    void log(LogLevel level, String text) {
        actions.add(new Action.Log(level, Texts.HEART, text));
    }

    /** The event, as the type its row was written for. */
    <T extends Event> T event(Class<T> type) {
        return type.cast(event);
    }

    long token() {
        return nextToken++;
    }

    void show(ModuleState newState, Readiness newReadiness) {
        if (newState == state && newReadiness == readiness) {
            return;
        }
        state = newState;
        readiness = newReadiness;
        log(LogLevel.E, "Local state " + newState + " " + newReadiness.label());
    }

    void plan(Phase newPhase, List<PlanStep> steps) {
        phase = newPhase;
        plan.clear();
        plan.addAll(steps);
        deadline = 0;
    }

    /** Asks the peer to consider its copy outdated. */
    void claim(int rank) {
        claim = Optional.of(
                new Claim(settings.localNode(), before.incarnation(), token(), identity.generation(), rank));
    }

    /**
     * Ends at once, with an error, what waits for the peer, and lets no write in any more: beside the plan, because a hook that
     * runs may be waiting for a process that waits for such a write.
     */
    void closeData() {
        close(new DataRole.Waiting());
    }

    /** As {@link #closeData}, without waiting for the disk either. */
    void abandonData() {
        close(new DataRole.Abandoned());
    }

    private void close(DataRole role) {
        if (settings.replicated() && data == DataMode.PRIMARY && closeToken == 0) {
            closeToken = token();
            act(new Action.SetData(closeToken, role));
        }
    }

    void answer(boolean ok, String text) {
        actions.add(new Action.Answer(event(Event.Command.class).number(), ok, text));
    }

    /** Forgets everything that belongs to a role. */
    void leaveRole() {
        pair = Pair.NONE;
        claim = Optional.empty();
        wasPrimary = FormerRole.NONE;
        verdict = Optional.empty();
        swap = new SwapRequest(0, "", false, swap.seen(), false);
    }
}
