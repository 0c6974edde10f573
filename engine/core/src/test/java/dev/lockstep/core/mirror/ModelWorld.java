package dev.lockstep.core.mirror;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two nodes, their network, their replication link and the application's writes, in simulated ticks drawn from one seed. After
 * every tick it checks that no two nodes can acknowledge writes (P3) and that no acknowledged write is missing on a node that
 * becomes primary (P1, P4).
 */
final class ModelWorld {
    /** Silence, in ticks, after which a peer counts as lost. */
    static final int TIMEOUT = 12;

    private static final int MESSAGE_DELAY = 3;

    final Random random;
    final ModelNode a;
    final ModelNode b;
    final Set<Integer> acknowledged = new HashSet<>();
    final Set<Integer> firedRows = new TreeSet<>();
    final Set<Phase> seenPhases = EnumSet.noneOf(Phase.class);
    final Set<String> seenMoves = new TreeSet<>();
    final List<String> story = new ArrayList<>();
    long now;
    int nextWrite = 1;
    int nextGeneration = 100;
    ModelLink link;
    double loss;
    boolean cutAtoB;
    boolean cutBtoA;
    boolean linkCut;
    long cutSince = -1;
    boolean longCut;
    double failures;
    boolean strict = true;

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

    void note(String text) {
        story.add(now + " " + text);
    }

    void cut(boolean aToB, boolean bToA) {
        note("network cut a>b " + aToB + " b>a " + bToA);
        cutAtoB = aToB;
        cutBtoA = bToA;
        cutSince = aToB || bToA ? now : -1;
    }

    boolean reaches(ModelNode from) {
        return from == a ? !cutAtoB : !cutBtoA;
    }

    boolean linkPossible() {
        return !linkCut && !cutAtoB && !cutBtoA;
    }

    void tick() {
        now++;
        if (link != null && !link.broken && !linkPossible() && chance(0.5)) {
            link.broke("cut");
        }
        List<ModelNode> order = random.nextBoolean() ? List.of(a, b) : List.of(b, a);
        order.forEach(ModelNode::tick);
        longCut |= cutSince >= 0 && now - cutSince >= TIMEOUT - MESSAGE_DELAY;
        if (a.canAcknowledge() && b.canAcknowledge() && (strict || !longCut)) {
            throw new AssertionError("two nodes acknowledge writes at tick " + now);
        }
    }

    void run(int ticks) {
        for (int i = 0; i < ticks; i++) {
            tick();
        }
    }

    /** A node has become writable alone. */
    void opened(ModelNode n, boolean forced) {
        if (forced || !strict) {
            acknowledged.retainAll(n.disk.data);
            return;
        }
        if (!n.disk.data.containsAll(acknowledged)) {
            Set<Integer> missing = new TreeSet<>(acknowledged);
            missing.removeAll(n.disk.data);
            throw new AssertionError(n.name() + " became primary without acknowledged writes " + missing);
        }
    }
}
