package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorSettings.DefaultPrimary;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One automaton on a bench: node "a", every hook and action succeeds at once unless held back, and the peer "b" is what the test
 * says. Records what happened since the last {@link #forget}.
 */
final class Bench {
    static final long PAIR_GENERATION = 10;
    static final ReplicaIdentity EQUAL =
            new ReplicaIdentity(PAIR_GENERATION, 0, List.of(5L), true, false, false, true, false);

    final MirrorAutomaton automaton = new MirrorAutomaton();
    MirrorState state;
    final List<String> hooks = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final List<Integer> rows = new ArrayList<>();
    final List<Action> actions = new ArrayList<>();
    final Deque<Action> held = new ArrayDeque<>();
    boolean hold;
    private long sequence = 1;
    private long peerIncarnation = 1;
    private long generation = 100;
    private long command;
    private PeerReport peer = Peers.report(ModuleState.STOP, Readiness.NOT_READY, ReplicaIdentity.blank());

    Bench(ReplicaIdentity identity) {
        this(identity, settings(DefaultPrimary.ALONE));
    }

    Bench(ReplicaIdentity identity, MirrorSettings settings) {
        state = automaton.begin(settings, 1, identity, settings.failover(), LoopCounter.ZERO);
    }

    static MirrorSettings settings(DefaultPrimary preference) {
        return MirrorModelTest.settings("a", "b", true, preference, EnumSet.allOf(Hook.class));
    }

    /** A node that knows to hold the data of the last pair. */
    static ReplicaIdentity data(boolean upToDate, boolean lastPrimary) {
        return new ReplicaIdentity(PAIR_GENERATION, 0, List.of(5L), upToDate, false, false, false, lastPrimary);
    }

    Bench on(Event event) {
        Step step = automaton.step(state, event);
        state = step.state();
        rows.addAll(step.rows());
        step.actions().forEach(this::carryOut);
        return this;
    }

    Bench command(Verb verb) {
        return on(new Event.Command(++command, verb, new Caller.Operator("root")));
    }

    Bench by(String identity, Verb verb) {
        return on(new Event.Command(++command, verb, new Caller.Component(identity)));
    }

    Bench ticks(int n) {
        for (int i = 0; i < n; i++) {
            on(new Event.Tick());
        }
        return this;
    }

    Bench silent() {
        return on(new Event.PeerSilent());
    }

    /** The peer says something else than before. */
    Bench peer(UnaryOperator<PeerReport> change) {
        peer = change.apply(peer);
        return repeat();
    }

    Bench peer(ModuleState s, Readiness r) {
        return peer(p -> Peers.with(p, s, r, p.identity()));
    }

    Bench peer(ModuleState s, Readiness r, ReplicaIdentity identity) {
        return peer(p -> Peers.with(p, s, r, identity));
    }

    /** The peer accepts the claim that is made on it. */
    Bench peerAccepts() {
        Claim claim = state.claim().orElseThrow(() -> new AssertionError("nothing is claimed in " + state.phase()));
        peer(p -> Peers.with(p, p.state(), p.readiness(), outdated(p.identity()), Optional.of(claim)));
        return ticks(1);
    }

    Bench repeat() {
        PeerReport p = peer;
        peer = new PeerReport(
                p.node(),
                peerIncarnation,
                sequence++,
                p.state(),
                p.readiness(),
                p.identity(),
                p.failover(),
                p.claim(),
                p.accepted(),
                p.handover(),
                p.swapRequest(),
                p.swapOrigin(),
                p.swapWithoutSync(),
                p.linked(),
                p.wasPrimary(),
                p.ticksInRole(),
                p.verdict(),
                p.disk(),
                p.signature());
        return on(new Event.PeerReported(peer));
    }

    PeerReport peerNow() {
        return peer;
    }

    Bench forget() {
        hooks.clear();
        log.clear();
        rows.clear();
        actions.clear();
        return this;
    }

    /** Lets the next thing held back succeed. */
    Bench release() {
        answer(held.remove());
        return this;
    }

    /** Lets what is held back succeed until a change of the data is next. @return it */
    Action.SetData releaseUntilData() {
        while (!(held.element() instanceof Action.SetData)) {
            release();
        }
        return (Action.SetData) held.element();
    }

    /** Answers what is held but what {@code kept} says; what follows from it is held again. */
    void releaseOthers(Predicate<Action> kept) {
        List<Action> others = held.stream().filter(kept.negate()).toList();
        held.removeAll(others);
        others.forEach(this::answer);
    }

    Bench releaseAll() {
        hold = false;
        while (!held.isEmpty()) {
            answer(held.remove());
        }
        return this;
    }

    private void carryOut(Action action) {
        actions.add(action);
        switch (action) {
            case Action.RunHook run -> {
                hooks.add(run.hook().file() + " " + String.join(" ", run.arguments()));
                await(action);
            }
            case Action.CheckPaths _, Action.SetData _, Action.PersistOutdated _ -> await(action);
            case Action.Log line -> log.add(line.text());
            default -> {
                // Recorded, that is all.
            }
        }
    }

    private void await(Action action) {
        if (hold) {
            held.add(action);
        } else {
            answer(action);
        }
    }

    private void answer(Action action) {
        switch (action) {
            case Action.RunHook run -> on(new Event.HookDone(run.token(), HookResult.OK, ""));
            case Action.CheckPaths check -> on(new Event.ActionDone(check.token()));
            case Action.PersistOutdated outdated -> {
                on(new Event.IdentityChanged(outdated(state.identity())));
                on(new Event.ActionDone(outdated.token()));
            }
            case Action.SetData set -> {
                if (set.role() instanceof DataRole.Alone) {
                    ReplicaIdentity i = state.identity();
                    List<Long> history = i.historyWhenGoneOn();
                    on(new Event.IdentityChanged(new ReplicaIdentity(
                            generation++, i.generation(), history, true, false, false, false, true)));
                }
                on(new Event.ActionDone(set.token()));
            }
            default -> throw new AssertionError(action);
        }
    }

    static ReplicaIdentity outdated(ReplicaIdentity i) {
        return new ReplicaIdentity(
                i.generation(),
                i.base(),
                i.history(),
                false,
                i.inconsistent(),
                i.neverSynchronized(),
                i.inPair(),
                i.lastPrimary());
    }

    /** The local copy as it is after a pair was made with it. */
    ReplicaIdentity paired(boolean lastPrimary) {
        ReplicaIdentity i = state.identity();
        return new ReplicaIdentity(i.generation(), 0, i.history(), true, false, false, true, lastPrimary);
    }

    /** The peer's daemon was restarted. */
    Bench peerRestarts() {
        peerIncarnation++;
        sequence = 1;
        return this;
    }

    // ---- situations ------------------------------------------------------------------------------------------

    /** ALONE Ready, up to date, peer stopped and outdated. */
    static Bench alone() {
        return aloneWith(settings(DefaultPrimary.ALONE));
    }

    static Bench aloneWith(MirrorSettings settings) {
        Bench b = new Bench(data(true, true), settings);
        b.peer(ModuleState.STOP, Readiness.NOT_READY, outdated(data(true, false)));
        b.command(Verb.START).peerAccepts();
        b.expect(ModuleState.ALONE, Readiness.READY);
        return b.forget();
    }

    /** PRIM Ready with SECOND Ready. */
    static Bench prim() {
        return primWith(settings(DefaultPrimary.ALONE));
    }

    static Bench primWith(MirrorSettings settings) {
        Bench b = aloneWith(settings);
        b.joined();
        b.expect(ModuleState.PRIM, Readiness.READY);
        return b.forget();
    }

    /** The peer of a node that is ALONE joins and becomes SECOND Ready. */
    Bench joined() {
        peer(ModuleState.WAIT, Readiness.TRANSIENT);
        peer(ModuleState.SECOND, Readiness.TRANSIENT);
        on(new Event.ReintegrationStarted("changes only"));
        on(new Event.IdentityChanged(paired(true)));
        on(new Event.ReintegrationEnded("changes only"));
        ReplicaIdentity i = paired(false);
        return peer(p -> Peers.full(
                p,
                ModuleState.SECOND,
                Readiness.READY,
                i,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                p.swapRequest(),
                true,
                FormerRole.NONE));
    }

    /** SECOND Ready, the peer PRIM Ready. */
    static Bench second() {
        return secondWith(settings(DefaultPrimary.ALONE));
    }

    static Bench secondWith(MirrorSettings settings) {
        Bench b = new Bench(data(false, false), settings);
        ReplicaIdentity ahead =
                new ReplicaIdentity(20, PAIR_GENERATION, List.of(PAIR_GENERATION), true, false, false, false, true);
        b.peer(ModuleState.ALONE, Readiness.READY, ahead);
        b.command(Verb.START);
        b.expect(ModuleState.SECOND, Readiness.TRANSIENT);
        b.synchronizedWith(ahead);
        b.expect(ModuleState.SECOND, Readiness.READY);
        b.peer(ModuleState.PRIM, Readiness.READY, pairOf(ahead, true));
        return b.forget();
    }

    Bench synchronizedWith(ReplicaIdentity primary) {
        on(new Event.ReintegrationStarted("changes only"));
        on(new Event.IdentityChanged(pairOf(primary, false)));
        return on(new Event.ReintegrationEnded("changes only"));
    }

    static ReplicaIdentity pairOf(ReplicaIdentity i, boolean lastPrimary) {
        return new ReplicaIdentity(i.generation(), 0, i.history(), true, false, false, true, lastPrimary);
    }

    static List<Class<?>> kinds(Bench b) {
        return b.actions.stream()
                .filter(a -> a instanceof Action.SetData || a instanceof Action.PersistOutdated)
                .<Class<?>>map(a -> a instanceof Action.SetData set ? set.role().getClass() : a.getClass())
                .toList();
    }

    void expect(ModuleState s, Readiness r) {
        if (state.state() != s || state.readiness() != r) {
            throw new AssertionError("expected " + s + " " + r + " but is " + state.state() + " " + state.readiness()
                    + " in " + state.phase() + "\nlog " + log + "\nrows " + rows);
        }
    }
}
