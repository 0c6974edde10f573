package dev.lockstep.replication.engine;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.api.words.Trouble;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.Replication;
import dev.lockstep.replication.ReplicationEngine.Parts;
import dev.lockstep.replication.ReplicationFailure;
import dev.lockstep.replication.ReplicationSettings;
import dev.lockstep.replication.ReplicationStatistics;
import dev.lockstep.replication.reintegration.ReintegrationSource;
import dev.lockstep.replication.session.LinkInbox;
import dev.lockstep.replication.session.Notes;
import dev.lockstep.replication.state.StateIo;
import dev.lockstep.replication.state.ToldStateIo;
import dev.lockstep.replication.stream.FlushPool;
import dev.lockstep.replication.stream.Gate;
import dev.lockstep.replication.stream.Gate.Admission;
import dev.lockstep.replication.stream.PrimaryStream;
import dev.lockstep.replication.track.DiskRefusal;
import dev.lockstep.replication.track.Marking;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The replication of one module. Commands run one after the other; what changes the role holds {@link House#lock} for a moment.
 */
public final class Engine implements Replication {

    /** Longest time a thread of the pool waits for another task. */
    private static final long THREAD_IDLE_SECONDS = 10;

    private static final Duration DRAIN_MAX = Duration.ofSeconds(10);
    private static final Duration ACKNOWLEDGE_MAX = Duration.ofSeconds(5);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final Parts parts;
    private final ExecutorService pool;
    private final ExecutorService flushThreads;
    private final Serial control;
    private final Teller teller;
    private final LinkInbox inbox;
    private final House house;
    private final Sessions sessions;
    private final Lookout lookout;
    private final Trees trees;
    private volatile ReplicationSettings settings;

    /** Opens the engine over a state directory. */
    public Engine(Parts parts, StateIo io, Duration rotationPeriod) throws IOException {
        this.parts = parts;
        this.settings = parts.settings();
        String name = "lockstep-" + parts.module();
        this.pool = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                THREAD_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name(name + "-", 0).factory());
        this.flushThreads = FlushPool.threads(name + "-flush-");
        this.control = new Serial(pool);
        this.teller = new Teller(parts.events(), new Serial(pool));
        this.inbox = new LinkInbox(teller::trouble);
        StateIo told = new ToldStateIo(io, teller::trouble);
        Copy copy = Copy.open(told, parts.trees(), settings.zoneBytes(), teller, pool);
        DiskRefusal disk = new DiskRefusal(told, teller::trouble);
        this.trees = new Trees(parts.trees(), copy);
        Object lock = new Object();
        this.house = new House(
                parts.module(),
                trees::attached,
                copy,
                new Gate(copy.map(), disk, new Untracking(copy, teller, lock)),
                disk,
                new FlushPool(flushThreads, disk::refused),
                pool,
                parts.time(),
                () -> settings,
                teller,
                lock);
        this.sessions = new Sessions(house, control);
        this.lookout = new Lookout(house, sessions, rotationPeriod);
    }

    @Override
    public MutationGate gate() {
        return house.gate();
    }

    @Override
    public LinkHandler linkHandler() {
        return inbox;
    }

    @Override
    public ReplicaIdentity identity() {
        return house.copy().identity();
    }

    @Override
    public long lastSynchronizedMillis() {
        return house.copy().lastSynchronizedMillis();
    }

    private CompletionStage<Void> command(String what, Command command) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        control.execute(() -> {
            try {
                if (sessions.role() == Role.CLOSED) {
                    throw new ReplicationFailure("the replication of " + parts.module() + " is closed");
                }
                command.run();
                teller.complete(stage);
            } catch (ReplicationFailure e) {
                teller.fail(stage, e);
            } catch (IOException e) {
                teller.fail(stage, new ReplicationFailure("cannot " + what + ": " + Trouble.of(e), e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                teller.fail(stage, new ReplicationFailure("interrupted: " + what, e));
            } catch (RuntimeException e) {
                teller.failed("The replication met a defect of this program: cannot " + what + ": " + e);
                teller.fail(stage, new ReplicationFailure("cannot " + what + ": " + e, e));
            }
        });
        return stage;
    }

    @Override
    public CompletionStage<Void> attach(int tree, BackingTree backing) {
        return command("attach tree " + tree, () -> {
            synchronized (house.lock()) {
                trees.examine(backing, teller);
            }
            trees.attach(tree, backing);
        });
    }

    @Override
    public CompletionStage<Void> stopped() {
        return command("track the stopped module", () -> {
            trees.need();
            if (sessions.role() != Role.STOPPED) {
                leave(Role.WAITING, "the module stops on this node");
                synchronized (house.lock()) {
                    house.copy().ensureSaved();
                    sessions.role(Role.STOPPED);
                    house.gate().switchTo(Admission.ADMIT, house.copy().map().whileAlone());
                }
            }
        });
    }

    @Override
    public CompletionStage<Void> waiting() {
        return command("leave the role", () -> {
            leave(Role.WAITING, "this node leaves its role");
            // what the disk refuses is told and remembered; the role is left all the same
            Optional<FileSystemFailure> _ = house.disk().sync(trees.attached());
        });
    }

    @Override
    public void abandon(String reason) {
        // Without the lock: who holds it may be waiting for the disk.
        house.gate().shut(FileSystemFailure.EIO);
        CompletionStage<Void> _ = command("give up the role", () -> {
            house.disk().refused(reason);
            leave(Role.WAITING, "this node gives up its role: its disk is not to be relied on");
        });
    }

    @Override
    public boolean diskRefused() {
        return house.disk().stands();
    }

    @Override
    public CompletionStage<Void> alone(boolean copyAllToPeer) {
        return command("go alone", () -> {
            trees.need();
            boolean before = sessions.role() == Role.ALONE;
            if (before && !copyAllToPeer) {
                return;
            }
            boolean copying = before && sessions.served() != null;
            sessions.end("the peer goes on alone");
            if (copying && sessions.role() == Role.ALONE) {
                teller.reintegrationFailed("everything is to be copied now: the copy under way is given up");
            }
            synchronized (house.lock()) {
                house.copy().alone(copyAllToPeer);
                sessions.role(Role.ALONE);
                if (!before && house.disk().stands() && house.disk().count() > 0) {
                    house.gate().tellOfRefusals();
                }
                house.gate().switchTo(Admission.ADMIT, house.copy().map().whileAlone());
                house.gate().stream(null);
            }
            sessions.settle(0);
        });
    }

    @Override
    public CompletionStage<Void> handOver() {
        return command("hand over", () -> {
            PrimarySession session = sessions.streaming();
            if (session == null) {
                throw new ReplicationFailure("there is no secondary that is up to date to hand over to");
            }
            refuse();
            try {
                Duration limit = settings.lockTimeout();
                PrimaryStream stream = session.stream();
                boolean all =
                        house.gate().awaitDrained(limit) && stream.awaitAcknowledged(stream.lastSequence(), limit);
                if (!all) {
                    throw new ReplicationFailure("the secondary did not take everything: the hand-over is given up");
                }
                ReintegrationSource.syncBoth(session.requests(), trees.attached(), house.disk());
                synchronized (house.lock()) {
                    if (!house.gate().marksStay()) {
                        house.copy().settled(parts.time().wallMillis());
                    }
                }
            } finally {
                leave(Role.WAITING, "handed over");
            }
        });
    }

    @Override
    public CompletionStage<Void> outdated() {
        return command("record that this copy is outdated", () -> {
            sessions.giveUpJoining("this node gives up being up to date");
            synchronized (house.lock()) {
                house.copy().outdated();
            }
        });
    }

    @Override
    public void serve(ReplicationLink link) {
        command("serve a joining node", () -> {
            PrimarySession session = sessions.serve(link);
            if (session == null) {
                Notes.bye(link, "this node cannot serve a joining node now");
            } else {
                inbox.attach(link, session);
            }
        });
    }

    @Override
    public void join(ReplicationLink link, boolean copyAll) {
        command("join the primary", () -> {
            // what still hangs from an earlier role would come after the copy and make this node differ
            boolean quiet = house.gate().awaitDrained(Duration.ZERO);
            SecondarySession session = quiet ? sessions.join(link, copyAll) : null;
            if (session == null) {
                Notes.bye(link, "this node cannot join now");
                teller.reintegrationFailed(
                        quiet
                                ? "this node is not in a state in which it can join a primary"
                                : "an operation on a replicated directory hangs on this node");
            } else {
                inbox.attach(link, session);
                session.introduce();
            }
        });
    }

    @Override
    public void dropPeer(String reason) {
        control.execute(() -> {
            PrimarySession served = sessions.served();
            SecondarySession followed = sessions.followed();
            if (served != null) {
                served.end(reason);
            }
            if (followed != null) {
                followed.end(reason);
            }
        });
    }

    @Override
    public void reconfigure(ReplicationSettings changed) {
        settings = changed;
    }

    @Override
    public void close() {
        if (pool.isShutdown()) {
            return;
        }
        CompletionStage<Void> closing = command("close", () -> {
            leave(Role.CLOSED, "the engine of this node ends");
            synchronized (house.lock()) {
                house.copy().close();
            }
        });
        closing.toCompletableFuture()
                .orTimeout(CLOSE_MAX.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(e -> {
                    teller.trouble("The replication did not close in order: " + Trouble.of(e));
                    return null;
                })
                .join();
        flushThreads.shutdown();
        pool.shutdown();
    }

    @Override
    public ReplicationStatistics statistics() {
        return sessions.totals()
                .statistics(lookout.rates(), sessions.served(), house.copy().map());
    }

    /** Ends whatever goes on; no write is admitted any more and none is pending when this returns. */
    private void leave(Role next, String reason) throws IOException, InterruptedException {
        PrimarySession streaming = sessions.streaming();
        if (streaming != null) {
            // what the peer has taken already need not fail
            refuse();
            PrimaryStream stream = streaming.stream();
            boolean all = house.gate().awaitDrained(DRAIN_MAX)
                    && stream.awaitAcknowledged(stream.lastSequence(), ACKNOWLEDGE_MAX);
            if (!all) {
                teller.trouble("Writes the peer has not acknowledged fail on this node; it may still have them");
            }
        }
        sessions.end(reason);
        synchronized (house.lock()) {
            sessions.role(next);
            house.gate().switchTo(Admission.REFUSE, Marking.NONE);
        }
        boolean drained = house.gate().awaitDrained(DRAIN_MAX);
        house.gate().failInside();
        house.gate().stream(null);
        sessions.settle(FileSystemFailure.EIO);
        if (!drained) {
            teller.trouble("An operation on a replicated directory hangs on this node; it may still take effect here");
        }
    }

    /** In the lock, so that a rotation sees it or is over. */
    private void refuse() {
        synchronized (house.lock()) {
            house.gate().switchTo(Admission.REFUSE, Marking.NONE);
        }
    }

    @Override
    public void lived(long millis) {
        lookout.lived(millis);
    }
}
