package dev.lockstep.core.mirror;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.MirrorState.Pair;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two nodes, their networks, their replication link and the application's writes, in simulated ticks drawn from one seed. Checked
 * after every tick: no two nodes can acknowledge writes (P3); whoever has accepted a claim is neither writable nor up to date; one
 * of the copies may lead. Checked when a node becomes primary or a copy is made: no acknowledged write is missing (P1, P4).
 */
final class ModelWorld {
    /** Silence, in ticks, after which a peer counts as lost. */
    static final int TIMEOUT = 12;

    private static final int MESSAGE_DELAY = 3;
    private static final int SLOW_NETWORK_DELAY = 20;
    private static final int SLOW_DISK_TIME = 25;

    final Random random;
    final ModelNode a;
    final ModelNode b;
    final Set<Integer> acknowledged = new HashSet<>();
    final Set<Phase> seenPhases = EnumSet.noneOf(Phase.class);
    final List<String> story = new ArrayList<>();
    long now;
    int nextWrite = 1;
    int nextGeneration = 100;
    double loss;
    /** Every report travels a second time over a network on which it may be late. */
    boolean slowNetwork;

    boolean slowDisks;
    boolean cutAtoB;
    boolean cutBtoA;
    boolean linkCut;
    double failures;
    /** An operator has chosen the data, or both nodes were isolated from each other: the copies may differ. */
    boolean mayHaveSplit;

    private int unheardA;
    private int unheardB;
    private boolean wasSilentA;
    private boolean wasSilentB;
    private boolean everJoined;
    /** An operator has asked for {@code prim}; whether it comes to that is the operator's business. */
    private boolean operatorHasChosen;

    ModelWorld(long seed, MirrorSettings a, MirrorSettings b) {
        random = new Random(seed);
        this.a = new ModelNode(this, a);
        this.b = new ModelNode(this, b);
        this.a.boot();
        this.b.boot();
    }

    ModelNode other(ModelNode n) {
        return n == a ? b : a;
    }

    boolean chance(double p) {
        return random.nextDouble() < p;
    }

    int upTo(int bound) {
        return random.nextInt(bound + 1);
    }

    int diskTime() {
        return upTo(slowDisks ? SLOW_DISK_TIME : 2);
    }

    void note(String text) {
        story.add(now + " " + text);
    }

    void cut(boolean aToB, boolean bToA) {
        note("network cut a>b " + aToB + " b>a " + bToA);
        cutAtoB = aToB;
        cutBtoA = bToA;
    }

    /** After which times a message of a node arrives, once for each network that carries it. */
    List<Integer> arrivals(ModelNode from) {
        List<Integer> times = new ArrayList<>();
        if (other(from).up && (from == a ? !cutAtoB : !cutBtoA)) {
            if (!chance(loss)) {
                times.add(upTo(2));
            }
            if (slowNetwork) {
                times.add(upTo(SLOW_NETWORK_DELAY));
            }
        }
        return times;
    }

    boolean linkPossible() {
        return !linkCut && !cutAtoB && !cutBtoA;
    }

    void run(int ticks) {
        for (int i = 0; i < ticks; i++) {
            tick();
        }
    }

    void tick() {
        now++;
        if (!linkPossible() && chance(0.5)) {
            a.engine.cut();
            b.engine.cut();
        }
        List<ModelNode> order = random.nextBoolean() ? List.of(a, b) : List.of(b, a);
        order.forEach(ModelNode::tick);
        countSilence();
        check();
    }

    private void countSilence() {
        unheardA = cutBtoA || b.paused || (!b.up && wasSilentB) ? unheardA + 1 : 0;
        unheardB = cutAtoB || a.paused || (!a.up && wasSilentA) ? unheardB + 1 : 0;
        wasSilentA |= unheardA >= TIMEOUT - MESSAGE_DELAY;
        wasSilentB |= unheardB >= TIMEOUT - MESSAGE_DELAY;
    }

    /**
     * Two primaries are possible (P3): each node has missed the other for the timeout. Without replicated directories nothing
     * holds back the application of a node that is not heard, so one direction is enough.
     */
    private boolean isolated() {
        return a.replicated() ? wasSilentA && wasSilentB : wasSilentA || wasSilentB;
    }

    private void check() {
        mayHaveSplit |= isolated();
        if (a.canAcknowledge() && b.canAcknowledge() && !isolated()) {
            throw new AssertionError("two nodes acknowledge writes at tick " + now);
        }
        keepsPromise(a);
        keepsPromise(b);
        someoneMayLead();
    }

    private void keepsPromise(ModelNode n) {
        ModelNode claimant = other(n);
        Optional<Claim> promised = n.state.accepted();
        boolean binding = n.up && promised.isPresent() && promised.equals(claimant.state.claim());
        if (binding && (n.writable() || (n.mayLead() && !copiedSince(n, claimant, promised.get())))) {
            throw new AssertionError(n.name() + " has accepted " + promised.get() + " and is "
                    + (n.writable() ? "writable" : "up to date") + " at tick " + now);
        }
    }

    /** The claimant has gone on, and the copy holds what it wrote since. Without directories there is nothing to hold. */
    private static boolean copiedSince(ModelNode n, ModelNode claimant, Claim claim) {
        long generation = n.disk.identity.generation();
        return !n.replicated()
                || (generation == claimant.disk.identity.generation() && generation != claim.generation());
    }

    private void someoneMayLead() {
        for (ModelNode n : List.of(a, b)) {
            if (n.state.claim().filter(c -> c.rank() == Claim.RANK_OPERATOR).isPresent()) {
                operatorChooses();
            }
        }
        boolean nobody = a.replicated() && everJoined && !a.mayLead() && !b.mayLead();
        if (nobody && !operatorHasChosen) {
            throw new AssertionError("both copies are outdated at tick " + now);
        }
    }

    private void operatorChooses() {
        operatorHasChosen = true;
        mayHaveSplit |= everJoined;
    }

    /** By a stop: if claims met, the peer may accept it while this node accepts the peer's, and an operator must choose. */
    void claimWithdrawn() {
        operatorChooses();
    }

    /** A node asks for another role of its data. */
    void changesRole(ModelNode n, DataRole role) {
        boolean orderly = n.state.pair() == Pair.LOST
                && n.state.current().filter(PlanStep.Demote.class::isInstance).isPresent();
        boolean peerWentOn = other(n).disk.identity.history().contains(n.disk.identity.generation());
        if (role instanceof DataRole.Waiting && orderly && n.engine.writesWait() && failures == 0 && !peerWentOn) {
            throw new AssertionError(n.name() + " fails writes that wait although nobody has gone on, at tick " + now);
        }
    }

    /** A node becomes writable alone. */
    void opened(ModelNode n, boolean chosen) {
        if (chosen) {
            operatorChooses();
        }
        if (chosen && other(n).writable()) {
            wasSilentA = true;
            wasSilentB = true;
        }
        if (chosen || isolated()) {
            acknowledged.retainAll(n.disk.data);
            return;
        }
        complete(n.disk.data, n.name() + " became primary");
    }

    /** A copy is made from these data. */
    void copied(Set<Integer> data) {
        if (isolated()) {
            acknowledged.retainAll(data);
        }
        complete(data, "a copy was made");
    }

    private void complete(Set<Integer> data, String what) {
        if (!data.containsAll(acknowledged)) {
            Set<Integer> missing = new TreeSet<>(acknowledged);
            missing.removeAll(data);
            throw new AssertionError(what + " without acknowledged writes " + missing);
        }
    }

    /** The pair is complete: what was before does not count any more. */
    void joined() {
        everJoined = true;
        operatorHasChosen = false;
        wasSilentA = false;
        wasSilentB = false;
    }

    boolean isPair() {
        return (shows(a, ModuleState.PRIM) && shows(b, ModuleState.SECOND))
                || (shows(b, ModuleState.PRIM) && shows(a, ModuleState.SECOND));
    }

    private static boolean shows(ModelNode n, ModuleState state) {
        return n.state.state() == state && n.state.readiness() == Readiness.READY;
    }
}
