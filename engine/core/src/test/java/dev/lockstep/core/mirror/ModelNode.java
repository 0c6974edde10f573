package dev.lockstep.core.mirror;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/** A node of the model: the automaton, a disk that survives, and a replication engine that keeps the contract of the roles. */
final class ModelNode {
    private static final String HANDED_OVER = "handed over";

    private record Item(long due, long order, Runnable what) {}

    private final ModelWorld world;
    private final MirrorSettings settings;
    private final MirrorAutomaton automaton = new MirrorAutomaton();
    private PriorityQueue<Item> inbox =
            new PriorityQueue<>(Comparator.comparingLong(Item::due).thenComparingLong(Item::order));
    private long orders;
    private long command;
    final ModelDisk disk = new ModelDisk();
    MirrorState state;
    boolean up;
    boolean paused;
    private DataRole role = new DataRole.Stopped();
    private DataRole wanted = role;
    private boolean blocked;
    private boolean closing;
    private final Set<Integer> pending = new HashSet<>();
    private int sinceHeard;
    private boolean silentTold;
    final List<String> log = new ArrayList<>();
    final List<String> hooks = new ArrayList<>();
    double hang;

    ModelNode(ModelWorld world, MirrorSettings settings) {
        this.world = world;
        this.settings = settings;
    }

    String name() {
        return settings.localNode();
    }

    boolean alive() {
        return up && !paused;
    }

    boolean writable() {
        return up && role instanceof DataRole.Alone;
    }

    boolean canAcknowledge() {
        if (!writable() || blocked || closing) {
            return false;
        }
        ModelLink l = world.link;
        return l == null
                || l.primary != this
                || l.stage == ModelLink.Stage.COPYING
                || l.stage == ModelLink.Stage.PAIRED;
    }

    // ---- life --------------------------------------------------------------------------------------------------

    void boot() {
        disk.incarnation++;
        if (!settings.replicated()) {
            disk.identity = ReplicaIdentity.withoutData();
        }
        state = automaton.begin(settings, disk.incarnation, disk.identity, disk.failover, disk.loop);
        up = true;
        paused = false;
        role = new DataRole.Stopped();
        wanted = role;
        blocked = false;
        closing = false;
        pending.clear();
        sinceHeard = 0;
        silentTold = false;
        inbox = new PriorityQueue<>(Comparator.comparingLong(Item::due).thenComparingLong(Item::order));
        world.note(name() + " boots");
    }

    void crash() {
        world.note(name() + " crashes in " + state.phase());
        up = false;
        inbox.clear();
        if (world.link != null) {
            world.link.broke(name() + " crashed");
        }
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
        if (++sinceHeard >= ModelWorld.TIMEOUT && !silentTold) {
            silentTold = true;
            step(new Event.PeerSilent());
        }
        send(state.report());
        engineTick();
        if (world.chance(0.3)) {
            write();
        }
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
        if (state.phase() != s.state().phase()) {
            world.seenMoves.add(state.phase() + ">" + s.state().phase());
        }
        state = s.state();
        disk.loop = state.loop();
        disk.failover = state.failover();
        world.firedRows.addAll(s.rows());
        world.seenPhases.add(state.phase());
        s.actions().forEach(this::carryOut);
    }

    private void send(PeerReport report) {
        ModelNode peer = world.other(this);
        if (world.reaches(this) && !world.chance(world.loss)) {
            peer.later(world.upTo(2), () -> peer.heard(report));
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
                hooks.add(run.hook().file() + " " + String.join(" ", run.arguments()));
                int time = world.chance(hang) ? 1_000_000 : world.upTo(3);
                HookResult result = world.chance(world.failures) ? HookResult.FAILED : HookResult.OK;
                later(time, () -> step(new Event.HookDone(run.token(), result, "")));
            }
            case Action.CheckPaths check -> answer(check.token(), () -> {});
            case Action.SetData set -> setData(set.token(), set.role());
            case Action.PersistOutdated outdated -> answer(outdated.token(), this::outdated);
            case Action.DropPeer _ -> {
                if (world.link != null) {
                    world.link.broke("dropped by " + name());
                }
            }
            case Action.SendReport report -> send(report.report());
            case Action.Log line -> {
                log.add(line.level() + " " + line.text());
                world.note(name() + "   " + line.level() + " " + line.text());
            }
            case Action.AbandonHook _, Action.Answer _ -> {
                // Nothing in the model depends on them.
            }
        }
    }

    private void answer(long token, Runnable effect) {
        boolean fails = world.chance(world.failures);
        later(world.upTo(2), () -> {
            if (fails) {
                step(new Event.ActionFailed(token, "simulated failure"));
                return;
            }
            effect.run();
            step(new Event.ActionDone(token));
        });
    }

    private void outdated() {
        known(Bench.outdated(disk.identity));
    }

    private void known(ReplicaIdentity identity) {
        disk.identity = identity;
        step(new Event.IdentityChanged(identity));
    }

    /** The engine works on roles one after the other, as the node does. */
    private void setData(long token, DataRole newRole) {
        wanted = newRole;
        if (newRole instanceof DataRole.HandOver) {
            closing = true;
            later(world.upTo(2), () -> handOver(token));
            return;
        }
        answer(token, () -> become(newRole));
    }

    private void handOver(long token) {
        ModelLink l = world.link;
        if (l == null || l.primary != this || l.stage != ModelLink.Stage.PAIRED || world.chance(world.failures)) {
            closing = false;
            step(new Event.ActionFailed(token, "the peer was lost"));
        } else if (pending.isEmpty()) {
            l.broke(HANDED_OVER);
            later(world.upTo(4), () -> {
                role = new DataRole.Waiting();
                closing = false;
                step(new Event.ActionDone(token));
            });
        } else {
            later(1, () -> handOver(token));
        }
    }

    private void become(DataRole newRole) {
        boolean keepsLink = newRole instanceof DataRole.Alone
                && role instanceof DataRole.Alone
                && world.link != null
                && world.link.stage == ModelLink.Stage.COPYING;
        if (world.link != null && !keepsLink) {
            world.link.broke(name() + " takes another role");
        }
        role = newRole;
        blocked = false;
        if (newRole instanceof DataRole.Alone) {
            ReplicaIdentity i = disk.identity;
            List<Long> history = new ArrayList<>(i.history());
            if (i.generation() != 0) {
                history.addFirst(i.generation());
            }
            boolean operator = state.order().verb().wantsPrimary();
            if (i.inconsistent() && state.order().verb() != Verb.PRIMFORCE) {
                throw new AssertionError(name() + " opens inconsistent data");
            }
            if (!i.usable() && !operator) {
                throw new AssertionError(name() + " opens data that are not up to date");
            }
            world.opened(this, operator);
            world.acknowledged.addAll(pending);
            pending.clear();
            known(new ReplicaIdentity(
                    world.nextGeneration++, i.generation(), history, true, false, false, false, true));
        } else {
            pending.clear();
        }
    }

    // ---- engine ------------------------------------------------------------------------------------------------

    private void engineTick() {
        if (role instanceof DataRole.Second && wanted instanceof DataRole.Second) {
            if (world.link == null) {
                connect();
            } else if (world.link.secondary == this) {
                if (world.chance(world.failures)) {
                    world.link.broke("slow");
                    return;
                }
                world.link.progress();
            }
        }
    }

    private void connect() {
        ModelNode peer = world.other(this);
        boolean serves = peer.alive() && peer.writable() && !peer.blocked && !peer.closing;
        if (state.pair() == MirrorState.Pair.PAIRED
                || state.phase() != Phase.JOINING
                || !state.plan().isEmpty()) {
            return;
        }
        if (!world.linkPossible() || !serves || world.chance(world.failures)) {
            role = new DataRole.Waiting();
            step(new Event.ReintegrationFailed("cannot connect"));
            return;
        }
        world.link = new ModelLink(world, peer, this);
        ReplicaIdentity i = disk.identity;
        known(new ReplicaIdentity(
                i.generation(),
                i.base(),
                i.history(),
                false,
                true,
                i.neverSynchronized(),
                i.inPair(),
                i.lastPrimary()));
        step(new Event.ReintegrationStarted("synchronize"));
        peer.later(world.upTo(2), () -> peer.step(new Event.ReintegrationStarted("synchronize")));
    }

    void committed(ReplicaIdentity primary) {
        known(new ReplicaIdentity(primary.generation(), 0, primary.history(), true, false, false, true, false));
        step(new Event.ReintegrationEnded("synchronize"));
    }

    void paired() {
        ReplicaIdentity i = disk.identity;
        known(new ReplicaIdentity(i.generation(), 0, i.history(), true, false, false, true, true));
        step(new Event.ReintegrationEnded("synchronize"));
    }

    void linkBroken(ModelLink l, String why) {
        if (!up) {
            return;
        }
        boolean primary = l.primary == this;
        boolean maybe = l.stage != ModelLink.Stage.COPYING;
        if (primary && maybe && writable() && !why.equals(HANDED_OVER)) {
            blocked = true;
        }
        if (!primary && l.stage == ModelLink.Stage.COPYING) {
            role = new DataRole.Waiting();
        }
        boolean secondary = role instanceof DataRole.Second || role instanceof DataRole.Waiting;
        later(1 + world.upTo(3), () -> {
            if (primary && role instanceof DataRole.Alone && !why.equals(HANDED_OVER)) {
                step(new Event.PeerLost(why, maybe && blocked));
            } else if (!primary && secondary && wanted instanceof DataRole.Second) {
                step(
                        l.stage == ModelLink.Stage.COPYING
                                ? new Event.ReintegrationFailed(why)
                                : new Event.PeerLost(why, false));
            }
        });
    }

    private void write() {
        if (!writable() || closing || !settings.replicated()) {
            return;
        }
        ModelLink l = world.link;
        boolean frozen = l != null && l.primary == this && l.stage == ModelLink.Stage.COMMITTING;
        if (frozen || pending.size() > 2) {
            return;
        }
        int id = world.nextWrite++;
        disk.data.add(id);
        if (l != null && l.primary == this && l.stage == ModelLink.Stage.PAIRED) {
            pending.add(id);
            ModelNode peer = l.secondary;
            peer.later(world.upTo(1), () -> {
                if (!l.broken) {
                    peer.disk.data.add(id);
                    later(world.upTo(1), () -> {
                        if (pending.remove(id)) {
                            world.acknowledged.add(id);
                        }
                    });
                }
            });
        } else if (blocked) {
            pending.add(id);
        } else {
            world.acknowledged.add(id);
        }
    }
}
