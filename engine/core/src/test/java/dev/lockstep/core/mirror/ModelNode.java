package dev.lockstep.core.mirror;

import java.util.Comparator;
import java.util.PriorityQueue;

/** A node of the model: the automaton, a disk that survives, and what carries the actions out. */
final class ModelNode {
    private record Item(long due, long order, Runnable what) {}

    private final ModelWorld world;
    private final MirrorSettings settings;
    private final MirrorAutomaton automaton = new MirrorAutomaton();
    private final PriorityQueue<Item> inbox =
            new PriorityQueue<>(Comparator.comparingLong(Item::due).thenComparingLong(Item::order));
    private long orders;
    private long command;
    final ModelDisk disk = new ModelDisk();
    ModelEngine engine;
    MirrorState state;
    boolean up;
    boolean paused;
    private int sinceHeard;
    private boolean silentTold;
    double hang;

    ModelNode(ModelWorld world, MirrorSettings settings) {
        this.world = world;
        this.settings = settings;
    }

    String name() {
        return settings.localNode();
    }

    boolean replicated() {
        return settings.replicated();
    }

    boolean alive() {
        return up && !paused;
    }

    /** The application runs here, or could. */
    boolean writable() {
        return up && (replicated() ? engine.writable() : state.data() == MirrorState.DataMode.PRIMARY);
    }

    boolean canAcknowledge() {
        return up && (replicated() ? engine.canAcknowledge() : writable());
    }

    /** May lead without an operator, as far as the disk knows. */
    boolean mayLead() {
        return disk.identity.usable();
    }

    // ---- life --------------------------------------------------------------------------------------------------

    void boot() {
        disk.incarnation++;
        if (!replicated()) {
            disk.identity = ReplicaIdentity.withoutData();
        }
        state = automaton.begin(settings, disk.incarnation, disk.identity, disk.failover, disk.loop);
        engine = new ModelEngine(world, this);
        up = true;
        paused = false;
        sinceHeard = 0;
        silentTold = false;
        inbox.clear();
        world.note(name() + " boots");
    }

    void crash() {
        world.note(name() + " crashes in " + state.phase());
        up = false;
        inbox.clear();
        engine.crash();
    }

    void pause() {
        world.note(name() + " paused in " + state.phase());
        paused = true;
    }

    void resume() {
        world.note(name() + " resumes in " + state.phase());
        paused = false;
        sinceHeard = 0;
    }

    /** In this life of the node, and not while it is paused. */
    void later(int ticks, Runnable what) {
        inbox.add(new Item(world.now + ticks, orders++, what));
    }

    void tick() {
        if (!alive()) {
            return;
        }
        while (!inbox.isEmpty() && inbox.peek().due() <= world.now) {
            inbox.remove().what().run();
        }
        step(new Event.Tick());
        sinceHeard = engine.hearsPeer() ? 0 : sinceHeard + 1;
        if (sinceHeard >= ModelWorld.TIMEOUT && !silentTold) {
            silentTold = true;
            step(new Event.PeerSilent());
        }
        if (!state.mute()) {
            send(state.report());
        }
        engine.tick();
    }

    void command(Verb verb) {
        command(verb, new Caller.Operator("root"));
    }

    void command(Verb verb, Caller caller) {
        if (alive()) {
            world.note(name() + " " + verb + " in " + state.phase());
            step(new Event.Command(++command, verb, caller));
        }
    }

    void step(Event event) {
        Step s = automaton.step(state, event);
        boolean quiet = s.actions().isEmpty()
                || (event instanceof Event.PeerReported && s.rows().size() == 1);
        if (!quiet) {
            world.note(name() + " " + event.getClass().getSimpleName() + " rows " + s.rows() + " " + state.phase() + ">"
                    + s.state().phase() + " " + s.state().pair());
        }
        boolean stopped = event instanceof Event.Command || event instanceof Event.LocalReplicationFailed;
        if (stopped && state.claim().isPresent() && s.state().claim().isEmpty()) {
            world.claimWithdrawn();
        }
        if (s.state().mute() && !state.mute()) {
            engine.cut();
        }
        state = s.state();
        disk.loop = state.loop();
        disk.failover = state.failover();
        world.seenPhases.add(state.phase());
        s.actions().forEach(this::carryOut);
    }

    private void send(PeerReport report) {
        ModelNode peer = world.other(this);
        for (int delay : world.arrivals(this)) {
            peer.later(delay, () -> peer.heard(report));
        }
    }

    private void heard(PeerReport report) {
        sinceHeard = 0;
        silentTold = false;
        step(new Event.PeerReported(report));
    }

    // ---- actions -----------------------------------------------------------------------------------------------

    private void carryOut(Action action) {
        switch (action) {
            case Action.RunHook run -> {
                int time = world.chance(hang) ? 1_000_000 : world.upTo(3);
                HookResult result = world.chance(world.failures) ? HookResult.FAILED : HookResult.OK;
                later(time, () -> step(new Event.HookDone(run.token(), result, "")));
            }
            case Action.CheckPaths check -> {
                Event end = world.chance(world.failures)
                        ? new Event.ActionFailed(check.token(), "simulated failure")
                        : new Event.ActionDone(check.token());
                later(world.upTo(2), () -> step(end));
            }
            case Action.SetData set -> {
                world.changesRole(this, set.role());
                Verb chosen = state.phase() == Phase.OPENING ? state.order().verb() : Verb.START;
                engine.setRole(set.token(), set.role(), chosen);
            }
            case Action.PersistOutdated outdated -> engine.persistOutdated(outdated.token());
            case Action.DropPeer _ -> engine.dropPeer();
            case Action.SendReport report -> {
                if (!state.mute()) {
                    send(report.report());
                }
            }
            case Action.Log line -> world.note(name() + "   " + line.level() + " " + line.text());
            case Action.AbandonHook _, Action.Answer _ -> {
                // Nothing in the model depends on them.
            }
        }
    }

    /** Whether it stands still with a reason that an operator reads. */
    boolean waitsForOperator() {
        return state.phase() == Phase.BLOCKED && !state.reason().isEmpty();
    }
}
