package dev.lockstep.node.kit;

import static org.awaitility.Awaitility.await;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.core.config.BootMode;
import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.mirror.Caller;
import dev.lockstep.core.mirror.Hook;
import dev.lockstep.core.mirror.MirrorSettings;
import dev.lockstep.core.mirror.MirrorSettings.Timing;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.data.DataEvents;
import dev.lockstep.node.data.ModuleData;
import dev.lockstep.node.heartbeat.Heartbeats;
import dev.lockstep.node.heartbeat.PeerWatch;
import dev.lockstep.node.heartbeat.Ticker;
import dev.lockstep.node.http.ModuleStatus;
import dev.lockstep.node.log.FileModuleLog;
import dev.lockstep.node.module.ModuleFlags;
import dev.lockstep.node.module.ModulePlan;
import dev.lockstep.node.module.ModuleRuntime;
import dev.lockstep.node.module.ResourceBoard;
import dev.lockstep.node.state.DurableValues;
import dev.lockstep.node.store.AppliedModule;
import dev.lockstep.node.threads.SharedThreads;
import dev.lockstep.replication.ReplicationSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One module on one node of a test, with everything outside the daemon in memory. */
public final class TestNode {
    /** Generous, because tests share their machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration PULSE = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Clock CLOCK = Clock.systemUTC();

    private final Shape shape;
    private final MemoryNetwork network;
    private final Ticker ticker;
    private final DataMaker dataMaker;
    private final SharedThreads threads = new SharedThreads();
    private ModuleRuntime runtime;
    private RecordedHooks hooks;
    private Ticker.Listener ticking;

    /**
     * What differs between nodes and tests.
     *
     * @param replicated whether the module has replicated directories
     * @param address of this node, 127.x.y.z
     */
    public record Shape(String name, String peer, String address, String peerAddress, boolean replicated, Path var) {}

    /** Makes the data of the module. */
    @FunctionalInterface
    public interface DataMaker {
        /** Data of a planned module that tells {@code events} what happens. */
        ModuleData make(ModulePlan plan, DataEvents events) throws Exception;
    }

    public TestNode(Shape shape, MemoryNetwork network, Ticker ticker, DataMaker dataMaker) {
        this.shape = shape;
        this.network = network;
        this.ticker = ticker;
        this.dataMaker = dataMaker;
    }

    /** The shape of this node. */
    public Shape shape() {
        return shape;
    }

    /** Address and port of this node, or of its peer. */
    public static InetSocketAddress at(String address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), port);
        } catch (java.net.UnknownHostException notNumeric) {
            throw new IllegalArgumentException(notNumeric);
        }
    }

    /** Begins a life of the module on this node. */
    public TestNode begin() {
        try {
            hooks = new RecordedHooks(
                    EnumSet.allOf(Hook.class).stream().map(Hook::file).collect(Collectors.toSet()));
            ModulePlan plan = plan();
            Path state = Files.createDirectories(plan.applied().state());
            ModuleFlags flags = new ModuleFlags(DurableValues.open(state.resolve("flags"), CLOCK, notice -> {}), CLOCK);
            runtime = new ModuleRuntime(new ModuleRuntime.Parts(
                    plan,
                    Optional.of(hooks),
                    new FileModuleLog("app", state, threads.hands(), CLOCK),
                    flags,
                    new ResourceBoard(CLOCK),
                    heartbeat -> true,
                    threads,
                    CLOCK));
            runtime.begin(dataMaker.make(plan, runtime), watch(plan));
            ModuleRuntime told = runtime;
            ticking = told::ticked;
            ticker.add(threads);
            ticker.add(ticking);
            return this;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private ModulePlan plan() {
        Path state = shape.var().resolve("state");
        AppliedModule applied =
                new AppliedModule("app", 1, shape.var().resolve("applied"), state, "signature", Instant.EPOCH);
        MirrorSettings settings = new MirrorSettings(
                shape.name(),
                shape.peer(),
                shape.replicated(),
                true,
                MirrorSettings.DefaultPrimary.ALONE,
                "",
                Set.of(Hook.values()),
                3,
                100_000,
                new Timing(100, 50, 5, 50, 25),
                "signature");
        ModulePlan.Heartbeat heartbeat = new ModulePlan.Heartbeat(
                "default", at(shape.address(), 8888), at(shape.peerAddress(), 8888), PULSE, TIMEOUT);
        return new ModulePlan(
                applied,
                settings,
                PULSE,
                List.of(heartbeat),
                shape.replicated() ? Optional.of(data()) : Optional.empty(),
                Optional.empty(),
                BootMode.IGNORE,
                Duration.ZERO);
    }

    private ModulePlan.Data data() {
        return new ModulePlan.Data(
                List.of(new ReplicatedDirectory("/srv/data", true, List.of(), List.of(), List.of())),
                ReplicationSettings.DEFAULT,
                at(shape.address(), 5600),
                at(shape.peerAddress(), 5600),
                Set.of(at(shape.peerAddress(), 0).getAddress()),
                new ModulePlan.DiskTest(Duration.ofMillis(500), Duration.ofSeconds(20)));
    }

    private PeerWatch watch(ModulePlan plan) {
        Map<String, Duration> timeouts = new LinkedHashMap<>();
        plan.heartbeats().forEach(heartbeat -> timeouts.put(heartbeat.ident(), heartbeat.timeout()));
        List<Heartbeats.Definition> definitions = plan.heartbeats().stream()
                .map(heartbeat -> new Heartbeats.Definition(
                        heartbeat.ident(),
                        new HeartbeatTransport.Endpoint(
                                "app", shape.name(), shape.peer(), heartbeat.local(), heartbeat.peer()),
                        heartbeat.pulse()))
                .toList();
        ModuleRuntime receiver = runtime;
        return new PeerWatch(
                shape.peer(),
                timeouts,
                PULSE,
                () -> Heartbeats.open(
                        network.heartbeatTransport(), definitions, key(), address -> true, receiver::received));
    }

    /** The key of the test cluster. */
    public static ClusterKey key() {
        return new ClusterKey("one key, of thirty-two bytes 012".getBytes(StandardCharsets.US_ASCII));
    }

    /** Asks the module for something and expects that it is accepted. */
    public void command(Verb verb) {
        ModuleRuntime.Answer answer = ask(verb);
        if (!answer.accepted()) {
            throw new AssertionError(verb + " on " + shape.name() + " refused: " + answer.text());
        }
    }

    /** Asks the module for something. */
    public ModuleRuntime.Answer ask(Verb verb) {
        try {
            return runtime.command(verb, new Caller.Operator("root")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** What the module shows: {@code PRIM Ready}. */
    public String shown() {
        ModuleStatus status = runtime.status();
        return status.state() + " " + status.readiness().label();
    }

    /** Waits until the module shows something. */
    public void awaitShown(String wanted) {
        try {
            await().atMost(PATIENCE).until(() -> shown().equals(wanted));
        } catch (org.awaitility.core.ConditionTimeoutException late) {
            throw new AssertionError(
                    shape.name() + " shows " + shown() + " and not " + wanted + ", log:\n" + log(), late);
        }
    }

    /** The module's log, verbose. */
    public String log() {
        try {
            return runtime.moduleLog().tail(500, true).stream()
                    .map(line -> line.time() + " " + line.origin() + " " + line.level() + " " + line.text())
                    .collect(Collectors.joining("\n"));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The runtime. */
    public ModuleRuntime runtime() {
        return runtime;
    }

    /** The hooks of this life. */
    public RecordedHooks hooks() {
        return hooks;
    }

    /** Ends this life without a word to anybody, as a crash does as far as the other node can see. */
    public void kill() {
        network.cut(at(shape.address(), 0).getAddress());
        end();
    }

    /** Begins a new life after {@link #kill}. */
    public void revive() {
        network.heal(at(shape.address(), 0).getAddress());
        begin();
    }

    /** Ends this life. */
    public void end() {
        ticker.remove(ticking);
        ticker.remove(threads);
        try {
            runtime.close(directory -> false, PATIENCE);
            runtime.moduleLog().close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
