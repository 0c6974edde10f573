package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.core.mirror.ReplicaIdentity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A seeded history of two nodes: writes all the time, links cut, nodes crashed at any step, roles changed as an automaton would that
 * knows everything. At the end all faults are healed and the promises are checked.
 */
public final class Schedule implements AutoCloseable {
    private static final int WITNESSES = 2;
    private static final int JOINS_MAX = 6;
    private static final long DYING_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long POLL_NANOS = 500_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final long seed;
    private final Random random;
    private final Mirror mirror;
    private final List<Witness> witnesses = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private final AtomicBoolean crashed = new AtomicBoolean();
    private volatile Application app;
    private volatile MemoryNode crashedNode;
    private MemoryNode primary;
    private boolean paired;
    private boolean joining;
    private boolean cutComing;

    /** A history not begun. */
    public Schedule(long seed, int trees) throws IOException {
        this.seed = seed;
        this.random = new Random(seed);
        this.mirror = new Mirror(trees, Mirror.SETTINGS);
        for (int i = 0; i < WITNESSES; i++) {
            witnesses.add(new Witness("w" + i, false, () -> app, seed * 31 + i));
        }
        witnesses.add(new Witness("rhythm", true, () -> app, seed * 31 + WITNESSES));
    }

    /** Runs some steps, heals, and checks. */
    public void run(int steps) throws Exception {
        primary = mirror.a();
        MemoryNode.await(primary.engine().alone(false));
        app = new Application(primary);
        for (Witness witness : witnesses) {
            threads.add(Thread.ofPlatform().daemon().name("witness").start(witness));
        }
        try {
            for (int i = 0; i < steps; i++) {
                work(20 + random.nextInt(60));
                try {
                    step();
                } catch (Overtaken e) {
                    note("overtaken by a crash");
                }
                settleCrash();
            }
            heal();
            check();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\n" + String.join("\n", history) + "\nA told "
                            + mirror.a().told() + "\nB told " + mirror.b().told(),
                    e);
        }
    }

    /** A node crashed while the director waited for it: the next look settles that. */
    private static final class Overtaken extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private void command(CompletionStage<Void> stage) throws Overtaken {
        try {
            MemoryNode.await(stage);
        } catch (AssertionError e) {
            if (crashedNode != null) {
                throw new Overtaken();
            }
            throw e;
        }
    }

    /** Nobody works any more when this returns. */
    private void stopWork() {
        app = null;
        await("the witnesses to pause", () -> witnesses.stream().allMatch(Witness::idle));
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void note(String what) {
        history.add(what + " primary=" + primary + " paired=" + paired + " joining=" + joining);
    }

    private void step() throws Exception {
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> join();
            case 3 -> cut();
            case 4 -> handOver();
            case 5 -> powerFails(random.nextBoolean() ? primary : mirror.other(primary));
            case 6 -> {
                note("both lose power");
                bothLosePower();
            }
            case 7 -> diskRefuses(random.nextBoolean() ? primary : mirror.other(primary));
            default -> armCrash(random.nextBoolean() ? primary : mirror.other(primary));
        }
    }

    /** Lets the application work, unless it cannot. */
    private void work(int operations) {
        long from = operations();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        while (operations() - from < operations && System.nanoTime() < deadline && crashedNode == null) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private long operations() {
        return witnesses.stream().mapToLong(Witness::operations).sum();
    }

    private void join() throws Exception {
        if (paired || joining) {
            look();
            return;
        }
        note("join");
        MemoryNode target = mirror.other(primary);
        mirror.beginJoin(primary, target, random.nextInt(10) == 0);
        joining = true;
        cutComing = false;
        if (random.nextInt(3) == 0) {
            mirror.link().cutAfter(random.nextInt(200));
            cutComing = true;
        } else if (random.nextBoolean()) {
            awaitJoin();
        }
    }

    /** Waits until a join under way has ended in one of its ways. */
    private void awaitJoin() throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (joining && crashedNode == null) {
            look();
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the join does not end");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Notices what the engines have told. */
    private void look() throws Exception {
        MemoryNode other = mirror.other(primary);
        if (crashedNode != null) {
            return;
        }
        if (joining && told(primary, "ended")) {
            joining = false;
            paired = true;
            note("paired");
        } else if (joining && told(primary, "lost")) {
            // the pair may be complete on the other side
            joining = false;
            parted();
        } else if (joining && told(primary, "failed-reintegration") && toldAny(other, "failed-reintegration", "lost")) {
            joining = false;
            note("join failed");
        }
        if (paired && told(primary, "lost")) {
            parted();
        }
    }

    private static boolean told(MemoryNode node, String what) {
        return node.told().stream().anyMatch(text -> text.startsWith(what));
    }

    private static boolean toldAny(MemoryNode node, String one, String two) {
        return told(node, one) || told(node, two);
    }

    /** The link of the pair is gone; both nodes live. One of them goes on, the other has given up before. */
    private void parted() throws Exception {
        paired = false;
        MemoryNode other = mirror.other(primary);
        mirror.cut();
        ReplicaIdentity theirs = other.engine().identity();
        if (random.nextBoolean() && theirs.usable()) {
            note("takeover after a cut");
            stopWork();
            command(primary.engine().waiting());
            primary = other;
            goAlone();
        } else {
            note("alone after a cut");
            command(other.engine().outdated());
            command(other.engine().waiting());
            command(primary.engine().alone(false));
        }
    }

    private void goAlone() throws Exception {
        ReplicaIdentity identity = primary.engine().identity();
        if (!identity.usable()) {
            throw new AssertionError("P4: " + primary + " would be primary with " + identity);
        }
        command(primary.engine().alone(false));
        app = new Application(primary);
    }

    private void cut() throws Exception {
        if (joining || paired) {
            note("cut");
            mirror.cut();
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while ((joining || paired) && crashedNode == null) {
                look();
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("nobody noticed the cut");
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private void handOver() throws Exception {
        look();
        if (!paired || crashedNode != null) {
            return;
        }
        note("hand over");
        stopWork();
        MemoryNode old = primary;
        try {
            old.engine().handOver().toCompletableFuture().get(30, TimeUnit.SECONDS);
            if (crashedNode == null) {
                mirror.expectEqual(primary);
            }
        } catch (ExecutionException | TimeoutException e) {
            note("hand over failed: " + e.getMessage());
        }
        paired = false; // whatever came of it, the engine has left the pair
        if (crashedNode != null) {
            if (crashedNode != old) {
                goAlone();
            }
            return;
        }
        MemoryNode other = mirror.other(old);
        if (other.engine().identity().usable()) {
            primary = other;
        }
        command(mirror.other(primary).engine().waiting());
        goAlone();
    }

    private void armCrash(MemoryNode node) {
        String point = CrashPoints.any(random);
        int after = random.nextInt(4);
        note("arm " + node + " at " + point + " after " + after);
        Random theirs = new Random(random.nextLong());
        // while one thread dies the others go on
        long dying = random.nextInt(3) * DYING_STEP_NANOS;
        node.faults().crash(point, after, () -> {
            LockSupport.parkNanos(dying);
            boolean first = crashed.compareAndSet(false, true);
            if (first) {
                // before: who fails because of the crash must find it noted, and who settles it waits for this to end
                crashedNode = node;
                node.crash(theirs);
            }
            return first;
        });
    }

    /** One flush soon fails: what it was to put on disk is in memory only from then on. */
    private void diskRefuses(MemoryNode node) {
        int after = random.nextInt(4);
        note("the disk of " + node + " refuses after " + after + " flushes");
        node.faults().fail(random.nextBoolean() ? "tree.apply-Flush" : "tree.sync", after, FileSystemFailure.EIO);
    }

    private void settleCrash() throws Exception {
        try {
            look();
        } catch (Overtaken e) {
            note("overtaken by a crash");
        }
        MemoryNode node = crashedNode;
        if (node != null) {
            note("crashed " + node);
            afterPowerFailure(node);
            crashed.set(false);
        }
    }

    private void powerFails(MemoryNode node) throws Exception {
        if (crashed.compareAndSet(false, true)) {
            note("power fails on " + node);
            node.crash(random);
            crashedNode = node;
            afterPowerFailure(node);
            crashed.set(false);
        }
    }

    private void afterPowerFailure(MemoryNode node) throws Exception {
        mirror.clearFaults();
        crashedNode = null;
        MemoryNode other = mirror.other(node);
        boolean wasPrimary = node == primary;
        if (wasPrimary) {
            stopWork();
        }
        mirror.cut();
        awaitUnlinked(other);
        boolean together = paired || joining;
        paired = false;
        joining = false;
        node.start();
        if (!wasPrimary) {
            if (told(primary, "lost")) {
                command(primary.engine().alone(false));
            }
            return;
        }
        ReplicaIdentity theirs = other.engine().identity();
        boolean behind = node.engine().identity().relationTo(theirs) == ReplicaIdentity.Relation.AHEAD;
        if (together && theirs.usable() && !behind) {
            note("takeover after a crash");
            primary = other;
        } else {
            note("alone again after a crash");
            witnesses.forEach(Witness::lostPower);
            command(other.engine().waiting());
        }
        goAlone();
    }

    /** Waits until a node has noticed that its link is gone, if it had one. */
    private void awaitUnlinked(MemoryNode node) {
        if (!paired && !joining) {
            return;
        }
        await(node + " to notice that the link is gone", () -> toldAny(node, "failed-reintegration", "lost"));
    }

    private void bothLosePower() throws Exception {
        if (!crashed.compareAndSet(false, true)) {
            return;
        }
        stopWork();
        mirror.clearFaults();
        mirror.a().crash(random);
        mirror.b().crash(random);
        crashedNode = null;
        mirror.cut();
        paired = false;
        joining = false;
        witnesses.forEach(Witness::lostPower);
        mirror.a().start();
        mirror.b().start();
        elect();
        goAlone();
        crashed.set(false);
    }

    private void elect() {
        ReplicaIdentity a = mirror.a().engine().identity();
        ReplicaIdentity b = mirror.b().engine().identity();
        boolean first = switch (a.relationTo(b)) {
            case AHEAD -> a.usable();
            case BEHIND -> !b.usable();
            case EQUAL -> a.usable() && (!b.usable() || a.lastPrimary());
            case DIVERGED, UNDECIDED -> a.usable();
        };
        primary = first ? mirror.a() : mirror.b();
        note("elected " + a + " / " + b);
    }

    private void heal() throws Exception {
        mirror.clearFaults();
        settleCrash();
        mirror.tellErrors();
        if (cutComing) {
            // else it might come after the last look
            cut();
        }
        note("heal");
        for (int i = 0; i < JOINS_MAX && !paired; i++) {
            if (!joining) {
                mirror.beginJoin(primary, mirror.other(primary), false);
                joining = true;
                cutComing = false;
            }
            awaitJoin();
            settleCrash();
        }
        if (!paired) {
            throw new AssertionError("liveness: healed, and the pair is not formed");
        }
        work(50);
        for (Witness witness : witnesses) {
            witness.end();
        }
        for (Thread thread : threads) {
            thread.join(PATIENCE_NANOS / 1_000_000);
        }
        Application last = app;
        CompletableFuture<Integer> flush = last.flush(0, 1);
        Application.expect(flush);
    }

    private void check() throws FileSystemFailure {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (primary.engine().statistics().pendingOperations() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        mirror.expectEqual(primary);
        for (Witness witness : witnesses) {
            String missing = witness.missing(primary.tree(0));
            if (!missing.isEmpty()) {
                throw new AssertionError("P1: " + missing);
            }
        }
    }

    @Override
    public void close() {
        witnesses.forEach(Witness::end);
        mirror.close();
    }
}
