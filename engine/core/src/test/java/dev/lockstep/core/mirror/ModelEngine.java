package dev.lockstep.core.mirror;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * The replication engine of a node of the model. It keeps the contract of {@link DataRole} and {@link Action}, and no more than
 * that: roles are worked on one after the other, each takes its time, and what is durable reaches the automaton later, in order.
 */
final class ModelEngine {
    private enum Role {
        STOPPED,
        WAITING,
        JOINING,
        SECONDARY,
        ALONE,
        /** With a secondary that is, or may be, equal; also after its loss, until the role is changed. */
        PRIMARY
    }

    private static final int DRAIN_TICKS = 10;
    private static final int PENDING_MAX = 3;

    private final ModelWorld world;
    private final ModelNode node;
    private final Deque<Runnable> commands = new ArrayDeque<>();
    private final Set<Integer> pending = new HashSet<>();
    private Role role = Role.STOPPED;
    private ModelLink link;
    private boolean closing;
    private long toldUntil;

    ModelEngine(ModelWorld world, ModelNode node) {
        this.world = world;
        this.node = node;
    }

    ModelDisk disk() {
        return node.disk;
    }

    void after(int ticks, Runnable what) {
        node.later(ticks, () -> {
            if (node.engine == this) {
                what.run();
            }
        });
    }

    boolean writable() {
        return role == Role.ALONE || role == Role.PRIMARY;
    }

    boolean canAcknowledge() {
        return !closing && (role == Role.ALONE || (role == Role.PRIMARY && link.streams()));
    }

    /** Writes wait for the word of a peer that was lost. */
    boolean writesWait() {
        return role == Role.PRIMARY && link.broken && !pending.isEmpty();
    }

    /** Something arrives on the link. */
    boolean hearsPeer() {
        return link != null
                && !link.broken
                && world.linkPossible()
                && world.other(node).alive();
    }

    void cut() {
        if (link != null) {
            link.broke("cut");
        }
    }

    void crash() {
        if (link != null) {
            link.broke(node.name() + " crashed");
        }
    }

    // ---- what the automaton asks for ---------------------------------------------------------------------------

    void setRole(long token, DataRole wanted, Verb chosen) {
        if (wanted instanceof DataRole.Abandoned) {
            // Beside whatever else is worked on: that may hang.
            leave("gives up its role");
            tell(new Event.ActionDone(token));
        } else if (wanted instanceof DataRole.HandOver) {
            command(() -> handOver(token, DRAIN_TICKS));
        } else {
            command(() -> {
                if (wanted instanceof DataRole.Alone && disk().refuses && role != Role.ALONE) {
                    if (link != null) {
                        link.broke(node.name() + " goes alone");
                    }
                    tell(new Event.ActionFailed(token, "the disk refuses", true));
                    ended();
                } else if (world.chance(world.failures)) {
                    leave("the role cannot be taken");
                    tell(new Event.ActionFailed(token, "simulated failure"));
                    ended();
                } else {
                    take(wanted, chosen);
                    after(world.upTo(2), () -> mounted(token));
                }
            });
        }
    }

    /** A role counts, and joining peers are served, before the directories show it. */
    private void mounted(long token) {
        tell(new Event.ActionDone(token));
        ended();
    }

    void persistOutdated(long token) {
        command(() -> {
            boolean needed = disk().identity.upToDate() || disk().identity.inPair();
            if (needed && (disk().refuses || world.chance(world.failures))) {
                tell(new Event.ActionFailed(token, "simulated failure"));
            } else {
                if (role == Role.JOINING) {
                    leave("is given up");
                    tell(new Event.ReintegrationFailed("given up"));
                }
                durable(disk().outdated());
                tell(new Event.ActionDone(token));
            }
            ended();
        });
    }

    void dropPeer() {
        command(() -> {
            if (link != null) {
                link.broke("dropped by " + node.name());
            }
            ended();
        });
    }

    private void take(DataRole wanted, Verb chosen) {
        switch (wanted) {
            case DataRole.Stopped _ -> {
                leave("stops");
                role = Role.STOPPED;
            }
            case DataRole.Waiting _ -> leave("waits");
            case DataRole.Alone _ -> alone(chosen);
            case DataRole.Second second -> join(second.copyAll());
            case DataRole.HandOver _, DataRole.Abandoned _ -> throw new AssertionError("not a role to stay in");
        }
    }

    private void leave(String why) {
        endLink(why);
        pending.clear();
        closing = false;
        role = Role.WAITING;
    }

    private void alone(Verb chosen) {
        if (role == Role.ALONE) {
            return;
        }
        ReplicaIdentity i = disk().identity;
        if (i.inconsistent() && chosen != Verb.PRIMFORCE) {
            throw new AssertionError(node.name() + " opens inconsistent data");
        }
        if (!i.usable() && !chosen.wantsPrimary()) {
            throw new AssertionError(node.name() + " opens data that are not up to date");
        }
        endLink("goes alone");
        world.opened(node, chosen.wantsPrimary());
        role = Role.ALONE;
        durable(disk().alone(world.nextGeneration++));
        world.acknowledged.addAll(pending);
        pending.clear();
    }

    private void handOver(long token, int ticksLeft) {
        if (link == null || !link.streams()) {
            tell(new Event.ActionFailed(token, "the peer was lost"));
            ended();
            return;
        }
        closing = true;
        if (!pending.isEmpty() && ticksLeft > 0) {
            after(1, () -> handOver(token, ticksLeft - 1));
            return;
        }
        boolean fails = !pending.isEmpty() || world.chance(world.failures);
        leave("handed over");
        after(world.upTo(2), () -> {
            tell(fails ? new Event.ActionFailed(token, "not taken in time") : new Event.ActionDone(token));
            ended();
        });
    }

    private void join(boolean copyAll) {
        leave("joins");
        ModelEngine peer = world.other(node).engine;
        if (disk().refuses) {
            tell(new Event.ReintegrationFailed("the disk refuses"));
            return;
        }
        if (!world.linkPossible() || !world.other(node).alive() || !peer.serves() || world.chance(world.failures)) {
            tell(new Event.ReintegrationFailed("cannot connect"));
            return;
        }
        role = Role.JOINING;
        link = new ModelLink(world, peer, this);
        peer.link = link;
        durable(disk().target(peer.disk().identity, copyAll));
        tell(new Event.ReintegrationStarted("changes only"));
        peer.tell(new Event.ReintegrationStarted("changes only"));
    }

    private boolean serves() {
        return role == Role.ALONE && link == null;
    }

    // ---- the pair ----------------------------------------------------------------------------------------------

    /** The primary begins a generation for the pair, before the secondary may have it. */
    ReplicaIdentity pairing() {
        world.copied(disk().data);
        durable(disk().pairing(world.nextGeneration++));
        role = Role.PRIMARY;
        return disk().identity;
    }

    /** The secondary has everything; what has arrived counts even if the link is broken by now. */
    void finish(ModelLink l, ReplicaIdentity pair, Set<Integer> copied) {
        if (link != l || role != Role.JOINING) {
            return;
        }
        if (!disk().takes()) {
            l.broke("the disk of the secondary does not record the pair");
            return;
        }
        disk().data.clear();
        disk().data.addAll(copied);
        role = Role.SECONDARY;
        durable(ModelDisk.paired(pair, false));
        tell(new Event.ReintegrationEnded("changes only"));
        l.confirmed();
    }

    void paired(ModelLink l) {
        if (link != l || l.broken) {
            return;
        }
        if (!disk().takes()) {
            l.broke("the disk of the primary does not record the pair");
            return;
        }
        l.stage = ModelLink.Stage.STREAMING;
        durable(ModelDisk.paired(disk().identity, true));
        tell(new Event.ReintegrationEnded("changes only"));
        world.joined();
    }

    private void endLink(String why) {
        ModelLink ended = link;
        link = null;
        if (ended != null) {
            ended.broke(node.name() + " " + why);
        }
    }

    void noticesEnd(ModelLink l, String why) {
        after(
                world.upTo(3),
                () -> command(() -> {
                    if (link == l) {
                        lost(why);
                    }
                    ended();
                }));
    }

    private void lost(String why) {
        switch (role) {
            case PRIMARY -> tell(new Event.PeerLost(why, true));
            case SECONDARY -> {
                link = null;
                tell(new Event.PeerLost(why, true));
            }
            case JOINING -> {
                link = null;
                role = Role.WAITING;
                tell(new Event.ReintegrationFailed(why));
            }
            default -> {
                link = null;
                tell(new Event.ReintegrationFailed(why));
            }
        }
    }

    // ---- time --------------------------------------------------------------------------------------------------

    void tick() {
        if (link != null && link.primary == this) {
            if (!link.broken && world.chance(world.failures)) {
                link.broke("slow");
            }
            link.progress();
        }
        if (world.chance(0.3)) {
            write();
        }
    }

    private void write() {
        if (!writable() || closing || pending.size() >= PENDING_MAX) {
            return;
        }
        boolean alone = role == Role.ALONE;
        if (!disk().takes()) {
            return;
        }
        if (!alone && !link.broken && link.stage == ModelLink.Stage.PAIRING) {
            return;
        }
        int id = world.nextWrite++;
        disk().data.add(id);
        if (alone) {
            world.acknowledged.add(id);
            return;
        }
        pending.add(id);
        if (link.streams()) {
            send(link, id);
        }
    }

    private void send(ModelLink l, int id) {
        l.secondary.after(world.upTo(1), () -> {
            if (l.secondary.link == l) {
                l.secondary.disk().data.add(id);
                after(world.upTo(1), () -> {
                    if (!l.broken && pending.remove(id)) {
                        world.acknowledged.add(id);
                    }
                });
            }
        });
    }

    private void command(Runnable what) {
        commands.add(what);
        if (commands.size() == 1) {
            begin();
        }
    }

    private void begin() {
        after(world.diskTime(), this::unlessItHangs);
    }

    private void unlessItHangs() {
        if (disk().hangs) {
            after(1, this::unlessItHangs);
        } else {
            commands.element().run();
        }
    }

    private void ended() {
        commands.remove();
        if (!commands.isEmpty()) {
            begin();
        }
    }

    private void durable(ReplicaIdentity identity) {
        disk().identity = identity;
        tell(new Event.IdentityChanged(identity));
    }

    /** What is told waits in the mailbox; the order is kept. */
    private void tell(Event event) {
        toldUntil = Math.max(toldUntil, world.now + world.upTo(2));
        after((int) (toldUntil - world.now), () -> node.step(event));
    }
}
