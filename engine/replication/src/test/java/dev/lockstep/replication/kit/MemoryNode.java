package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.ReintegrationMode;
import dev.lockstep.replication.ReintegrationProgress;
import dev.lockstep.replication.ReintegrationSummary;
import dev.lockstep.replication.ReplicationEngine;
import dev.lockstep.replication.ReplicationEvents;
import dev.lockstep.replication.ReplicationSettings;
import dev.lockstep.replication.TimeSource;
import dev.lockstep.replication.engine.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A node in memory: trees, a state directory and an engine, which can lose its power. */
public final class MemoryNode implements ReplicationEvents {
    private static final long WAIT_SECONDS = 30;
    private static final long POLL_NANOS = 100_000;

    private final String name;
    private final Faults faults = new Faults();
    private final ReplicationSettings settings;
    private final List<String> told = new ArrayList<>();
    private final List<ReintegrationSummary> summaries = new ArrayList<>();
    private volatile List<MemoryTree> trees;
    private volatile MemoryStateIo state;
    private volatile Engine engine;
    private ScheduledExecutorService ticker;
    private static final long TICK_MILLIS = 50;
    private final AtomicInteger life = new AtomicInteger();

    /** A new node with empty trees, running. */
    public MemoryNode(String name, int trees, ReplicationSettings settings) throws IOException {
        this.name = name;
        this.settings = settings;
        this.state = new MemoryStateIo(faults);
        List<MemoryTree> empty = new ArrayList<>();
        for (int i = 0; i < trees; i++) {
            empty.add(new MemoryTree(faults));
        }
        this.trees = empty;
        start();
    }

    /** Opens the engine over what there is. */
    public void start() throws IOException {
        int now = life.incrementAndGet();
        engine = new Engine(
                new ReplicationEngine.Parts(
                        name, trees.size(), Path.of("unused"), settings, new Life(now), TimeSource.system()),
                state,
                Duration.ofMillis(200));
        Engine alive = engine;
        ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("tick of " + name).factory());
        Future<?> _ = ticker.scheduleWithFixedDelay(
                () -> alive.lived(TICK_MILLIS), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        for (int i = 0; i < trees.size(); i++) {
            await(engine.attach(i, trees.get(i)));
        }
    }

    /** The power fails: nothing of this life counts any more. The engine that was is ended in the background. */
    public void crash(Random random) {
        life.incrementAndGet();
        state = state.crash(random);
        trees = trees.stream().map(tree -> tree.crash(random)).toList();
        Engine old = engine;
        ticker.shutdown();
        Thread.ofVirtual().start(old::close);
    }

    /** The process ends; what it wrote is there. */
    public void kill() {
        life.incrementAndGet();
        state = state.restart();
        trees = trees.stream().map(MemoryTree::restart).toList();
        Engine old = engine;
        ticker.shutdown();
        Thread.ofVirtual().start(old::close);
    }

    /** The engine. */
    public Engine engine() {
        return engine;
    }

    /** A tree. */
    public MemoryTree tree(int index) {
        return trees.get(index);
    }

    /** How many trees. */
    public int trees() {
        return trees.size();
    }

    /** The state directory. */
    public MemoryStateIo state() {
        return state;
    }

    /** Faults of this node's disk. */
    public Faults faults() {
        return faults;
    }

    /** Whoever is to be told of failed flushes has been. */
    void tellErrors() {
        trees.forEach(MemoryTree::tellErrors);
    }

    /** Everything told so far. */
    public List<String> told() {
        synchronized (told) {
            return List.copyOf(told);
        }
    }

    /** Summaries of the reintegrations that ended. */
    public List<ReintegrationSummary> summaries() {
        synchronized (told) {
            return List.copyOf(summaries);
        }
    }

    /** Forgets what was told. */
    public void forgetTold() {
        synchronized (told) {
            told.clear();
        }
    }

    /** Waits until something was told. @return it */
    public String awaitTold(Predicate<String> what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        synchronized (told) {
            while (true) {
                for (String one : told) {
                    if (what.test(one)) {
                        return one;
                    }
                }
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    throw new AssertionError(name + " was not told what the test waits for, but " + told);
                }
                told.wait(millis);
            }
        }
    }

    /** Waits for a stage; its failure is the failure of the test. */
    public static void await(CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("a command failed: " + e.getMessage(), e);
        }
    }

    /** Waits for a condition. */
    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** The trees as text. */
    public List<String> image() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < trees.size(); i++) {
            lines.add("tree " + i);
            lines.addAll(trees.get(i).image());
        }
        return lines;
    }

    @Override
    public String toString() {
        return name;
    }

    private void tell(String text) {
        synchronized (told) {
            told.add(text);
            told.notifyAll();
        }
    }

    @Override
    public void identityChanged(ReplicaIdentity identity) {
        tell("identity " + identity);
    }

    @Override
    public void reintegrationStarted(ReintegrationMode mode, String why) {
        tell("started " + mode);
    }

    @Override
    public void reintegrationProgress(ReintegrationProgress progress) {
        tell("progress " + progress.percent());
    }

    @Override
    public void reintegrationEnded(ReintegrationMode mode, ReintegrationSummary summary) {
        synchronized (told) {
            summaries.add(summary);
        }
        tell("ended " + mode);
    }

    @Override
    public void reintegrationFailed(String reason) {
        tell("failed-reintegration " + reason);
    }

    @Override
    public void peerLost(String reason, boolean peerMayBeUpToDate) {
        tell("lost " + reason);
    }

    @Override
    public void failed(String reason) {
        tell("failed " + reason);
    }

    @Override
    public void notice(String message) {
        tell("notice " + message);
    }

    @Override
    public void trouble(String message) {
        tell("trouble " + message);
    }

    /** Passes on what the engine of one life tells; a dead engine is not heard. */
    private final class Life implements ReplicationEvents {
        private final int number;

        Life(int number) {
            this.number = number;
        }

        private boolean current() {
            return number == life.get();
        }

        @Override
        public void identityChanged(ReplicaIdentity identity) {
            if (current()) {
                MemoryNode.this.identityChanged(identity);
            }
        }

        @Override
        public void reintegrationStarted(ReintegrationMode mode, String why) {
            if (current()) {
                MemoryNode.this.reintegrationStarted(mode, why);
            }
        }

        @Override
        public void reintegrationProgress(ReintegrationProgress progress) {
            if (current()) {
                MemoryNode.this.reintegrationProgress(progress);
            }
        }

        @Override
        public void reintegrationEnded(ReintegrationMode mode, ReintegrationSummary summary) {
            if (current()) {
                MemoryNode.this.reintegrationEnded(mode, summary);
            }
        }

        @Override
        public void reintegrationFailed(String reason) {
            if (current()) {
                MemoryNode.this.reintegrationFailed(reason);
            }
        }

        @Override
        public void peerLost(String reason, boolean peerMayBeUpToDate) {
            if (current()) {
                MemoryNode.this.peerLost(reason, peerMayBeUpToDate);
            }
        }

        @Override
        public void failed(String reason) {
            if (current()) {
                MemoryNode.this.failed(reason);
            }
        }

        @Override
        public void notice(String message) {
            if (current()) {
                MemoryNode.this.notice(message);
            }
        }

        @Override
        public void trouble(String message) {
            if (current()) {
                MemoryNode.this.trouble(message);
            }
        }
    }

    /** The backing trees, for tests that need the interface. */
    public List<? extends BackingTree> backing() {
        return trees;
    }
}
