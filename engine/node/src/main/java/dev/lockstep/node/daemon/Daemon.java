package dev.lockstep.node.daemon;

import dev.lockstep.node.StartRefused;
import dev.lockstep.node.heartbeat.Ticker;
import dev.lockstep.node.http.ControlServer;
import dev.lockstep.node.net.LocalAddresses;
import dev.lockstep.node.state.DaemonLock;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.ModuleStore;
import dev.lockstep.node.threads.SharedThreads;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The daemon of one node: from {@link #start} to {@link #close} it hosts the applied modules and answers the command.
 */
public final class Daemon implements AutoCloseable {
    /**
     * Bound of the stop of all modules at the end of the daemon. Two hooks of five minutes each would be the longest the
     * configuration allows by default; an operating system that shuts down rarely waits so long.
     */
    private static final Duration STOP_LIMIT = Duration.ofMinutes(10);

    /** Time between two attempts to find the place of this node in its cluster, or to bring a module to life that waits for its disk. */
    private static final long RETRY_MILLIS = 5_000;

    /** Time a node has to itself before hooks are made ready: what it does first must not wait for that. */
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private final DaemonLock lock;
    private final Ticker ticker;
    private final ModuleHouse house;
    private final Neighbourhood neighbours;
    private final ControlServer server;
    private boolean closed;

    /**
     * Where and with what a daemon works.
     *
     * @param home installation
     * @param var state of the node
     * @param runtime private mounts until reboot
     * @param port of the health address
     * @param threads on which all modules work; the daemon does not end them
     */
    public record Setting(
            Path home,
            Path var,
            Path runtime,
            int port,
            ClusterStore clusters,
            ModuleStore modules,
            LogBook logs,
            Extensions extensions,
            LocalAddresses addresses,
            SharedThreads threads,
            Clock clock) {}

    private Daemon(DaemonLock lock, Ticker ticker, ModuleHouse house, Neighbourhood neighbours, ControlServer server) {
        this.lock = lock;
        this.ticker = ticker;
        this.house = house;
        this.neighbours = neighbours;
        this.server = server;
    }

    /**
     * Starts a daemon: modules are hosted in STOP, those that start with the node are started, the command is answered.
     *
     * @throws StartRefused if another daemon works with the state directory, or the control port is taken
     */
    public static Daemon start(Setting setting) throws StartRefused {
        DaemonLock lock = DaemonLock.take(setting.var());
        Ticker ticker = new Ticker();
        try {
            ticker.add(setting.threads());
            ModuleHouse house = new ModuleHouse(new ModuleFactory(
                    setting.home(),
                    setting.var(),
                    setting.runtime(),
                    setting.modules(),
                    setting.logs(),
                    setting.extensions(),
                    setting.addresses(),
                    setting.threads(),
                    setting.clock()));
            Neighbourhood neighbours = new Neighbourhood(setting.clusters(), house, setting.extensions());
            NodeControl control = new NodeControl(
                    setting.clusters(),
                    setting.modules(),
                    house,
                    setting.logs(),
                    () -> facts(setting),
                    neighbours::follow);
            List<ModuleHouse.Hosted> found = control.takeConfiguration();
            ticker.add(house::ticked);
            ticker.add(neighbours);
            ControlServer server;
            try {
                server = ControlServer.start(
                        setting.var(),
                        setting.runtime(),
                        setting.port(),
                        control,
                        setting.clusters(),
                        setting.modules());
            } catch (StartRefused refusal) {
                neighbours.close();
                shutdown(house);
                throw refusal;
            }
            ModuleHouse.boot(found);
            CompletableFuture.delayedExecutor(
                            SETTLING.toMillis(),
                            TimeUnit.MILLISECONDS,
                            task -> Thread.ofPlatform()
                                    .name("prepare hooks")
                                    .daemon(true)
                                    .start(task))
                    .execute(house::prepareHooks);
            ticker.add(new Latecomer(control, house));
            return new Daemon(lock, ticker, house, neighbours, server);
        } catch (StartRefused | RuntimeException failure) {
            ticker.close();
            lock.close();
            throw failure;
        }
    }

    /**
     * A node whose addresses are not there yet when the daemon starts finds its place as soon as they are, and a module whose disk
     * refused its state comes to life when it takes it. One attempt at a time, each on a thread of its own, which the disk may hold up.
     */
    private static final class Latecomer implements Ticker.Listener {
        private final NodeControl control;
        private final ModuleHouse house;
        private final AtomicBoolean trying = new AtomicBoolean();
        private long untilNextMillis = RETRY_MILLIS;

        private Latecomer(NodeControl control, ModuleHouse house) {
            this.control = control;
            this.house = house;
        }

        @Override
        public void ticked(long millis) {
            untilNextMillis -= millis;
            if (untilNextMillis <= 0) {
                untilNextMillis = RETRY_MILLIS;
                if (!control.belongsToCluster()) {
                    start("find the cluster", control::takeConfiguration);
                } else if (house.waitsForDisk()) {
                    start("wait for a disk", control::tryAgain);
                }
            }
        }

        private void start(String name, Supplier<List<ModuleHouse.Hosted>> attempt) {
            if (trying.compareAndSet(false, true)) {
                Thread.ofPlatform().daemon().name(name).start(() -> {
                    try {
                        ModuleHouse.boot(attempt.get());
                    } finally {
                        trying.set(false);
                    }
                });
            }
        }
    }

    private static Map<String, String> facts(Setting setting) {
        return Map.of(
                "Host", Host.name(),
                "OS", System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "Version", Host.version(),
                "Java", Runtime.version().toString(),
                "Installation", setting.home().toString(),
                "State", setting.var().toString());
    }

    private static void shutdown(ModuleHouse house) {
        try {
            house.shutdown(STOP_LIMIT);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the modules, leaves guards over their directories, and ends. Bounded in time; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        shutdown(house);
        server.close();
        neighbours.close();
        ticker.close();
        lock.close();
    }
}
