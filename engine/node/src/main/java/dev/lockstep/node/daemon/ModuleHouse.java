package dev.lockstep.node.daemon;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.hooks.HookRunner;
import dev.lockstep.node.http.ControlService;
import dev.lockstep.node.http.ModuleStatus;
import dev.lockstep.node.module.ModuleRuntime;
import dev.lockstep.node.store.AppliedModule;
import dev.lockstep.node.store.ClusterStore.ActiveCluster;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modules this daemon hosts. A module that cannot be brought to life is hosted with the reason, so that an operator sees
 * it. Changes of one module are made one at a time; readers never wait.
 */
final class ModuleHouse {
    /** Bound of the end of one module's runtime. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(ModuleHouse.class);
    private static final String ORIGIN = "heart";

    private final ModuleFactory factory;
    private final Map<String, Hosted> hosted = new ConcurrentSkipListMap<>();

    /** Modules an operator has changed since the node started: they come to life in STOP, whenever that is. */
    private final Set<String> ended = ConcurrentHashMap.newKeySet();

    /**
     * A module as hosted.
     *
     * @param runtime empty when it cannot be brought to life
     * @param problem why not, else empty
     * @param mayPass whether it may come to life later without anybody correcting its configuration
     */
    record Hosted(AppliedModule applied, Optional<ModuleRuntime> runtime, String problem, boolean mayPass) {
        /** Whether nothing of the module runs. */
        boolean idle() {
            return runtime.map(ModuleRuntime::idle).orElse(true);
        }

        /** What it shows; one that cannot work shows STOP and the reason. */
        ModuleStatus status() {
            return runtime.map(ModuleRuntime::status)
                    .orElseGet(() -> new ModuleStatus(
                            applied.name(),
                            applied.id(),
                            "mirror",
                            ModuleState.STOP,
                            Readiness.NOT_READY,
                            "unusable",
                            problem,
                            0,
                            "",
                            ModuleStatus.UNKNOWN,
                            "Unknown",
                            List.of(),
                            List.of(),
                            0));
        }

        /** The runtime.
         * @throws Refusal (STATE) with the reason if there is none */
        ModuleRuntime alive() throws Refusal {
            return runtime.orElseThrow(() -> new Refusal(
                    Refusal.Kind.STATE,
                    "The module " + applied.name() + " cannot work on this node.",
                    problem,
                    mayPass
                            ? "It is tried again by itself, every few seconds."
                            : "Correct it, then: lockstep config -m " + applied.name() + "."));
        }
    }

    ModuleHouse(ModuleFactory factory) {
        this.factory = factory;
    }

    /** Brings a module to life; what goes wrong is kept as its problem. The module must not be hosted, or not be alive. */
    Hosted load(AppliedModule applied, ActiveCluster cluster, ControlService service) {
        Hosted before = hosted.get(applied.name());
        Hosted now = attempt(applied, cluster, service);
        hosted.put(applied.name(), now);
        boolean triedBefore = before != null && before.mayPass();
        if (now.runtime().isPresent() && triedBefore) {
            now.runtime()
                    .get()
                    .log(LogLevel.E, ORIGIN, "The module works on this node again: the disk takes its state");
        } else if (now.runtime().isEmpty() && !(triedBefore && now.mayPass())) {
            tell(now);
        }
        return now;
    }

    private Hosted attempt(AppliedModule applied, ActiveCluster cluster, ControlService service) {
        try {
            return new Hosted(applied, Optional.of(factory.bringToLife(applied, cluster, service)), "", false);
        } catch (StartRefused refusal) {
            return new Hosted(applied, Optional.empty(), refusal.getMessage(), refusal.mayPass());
        } catch (RuntimeException | LinkageError defect) {
            LOG.error("The module {} cannot be brought to life because of a defect", applied.name(), defect);
            return new Hosted(applied, Optional.empty(), "a defect: " + defect, false);
        }
    }

    /** The log of a module that cannot work says why; the log of the daemon repeats it. */
    private void tell(Hosted module) {
        String name = module.applied().name();
        try {
            factory.logs()
                    .of(name)
                    .write(
                            LogLevel.C,
                            ORIGIN,
                            "The module cannot work on this node: " + module.problem()
                                    + (module.mayPass() ? " It is tried again by itself." : ""));
        } catch (UncheckedIOException disk) {
            LOG.error("The module {} cannot work: {} ({})", name, module.problem(), disk.getMessage());
        }
    }

    /** Ends a module's runtime. */
    void unload(String module, Predicate<String> giveBack) {
        Hosted gone = hosted.remove(module);
        ended.add(module);
        if (gone != null && gone.runtime().isPresent()) {
            close(gone.runtime().get(), giveBack, CLOSE_LIMIT);
        }
    }

    private static void close(ModuleRuntime runtime, Predicate<String> giveBack, Duration limit) {
        try {
            if (!runtime.close(giveBack, limit)) {
                LOG.error(
                        "The module {} did not end within {} seconds",
                        runtime.plan().name(),
                        limit.toSeconds());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** All modules, by name. */
    List<Hosted> all() {
        return List.copyOf(hosted.values());
    }

    /** The module of a name. */
    Optional<Hosted> find(String module) {
        return Optional.ofNullable(hosted.get(module));
    }

    /** Makes the hooks of every module ready for their first call. */
    void prepareHooks() {
        hosted.values()
                .forEach(
                        module -> module.runtime().flatMap(ModuleRuntime::hooks).ifPresent(HookRunner::prepare));
    }

    /** Starts those of the modules that start with the node. */
    static void boot(List<Hosted> modules) {
        for (Hosted module : modules) {
            module.runtime()
                    .filter(runtime ->
                            runtime.flags().startsAtBoot(runtime.plan().boot()))
                    .ifPresent(ModuleRuntime::boot);
        }
    }

    /** Whether a module waits for its disk to come to life. */
    boolean waitsForDisk() {
        return hosted.values().stream().anyMatch(Hosted::mayPass);
    }

    /** Tries to bring those modules to life that wait for their disk.
     * @return those that did and may start with the node */
    List<Hosted> tryAgain(ActiveCluster cluster, ControlService service) {
        return all().stream()
                .filter(Hosted::mayPass)
                .map(waiting -> load(waiting.applied(), cluster, service))
                .filter(now -> !ended.contains(now.applied().name()))
                .toList();
    }

    /** Time passed, for every module. */
    void ticked(long millis) {
        hosted.values().forEach(module -> module.runtime().ifPresent(runtime -> runtime.ticked(millis)));
    }

    /**
     * Stops every module as the daemon ends, all at the same time, then ends them, leaving guards.
     *
     * @param stopLimit bound of the stop of all modules; what does not stop by then is ended as it is
     */
    void shutdown(Duration stopLimit) throws InterruptedException {
        Map<String, Future<Boolean>> stops = new TreeMap<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Hosted module : all()) {
                module.runtime()
                        .ifPresent(runtime -> stops.put(
                                module.applied().name(), executor.submit(() -> shutdown(runtime, stopLimit))));
            }
            List<Future<?>> ends = new ArrayList<>();
            for (Hosted module : all()) {
                module.runtime()
                        .ifPresent(runtime -> ends.add(executor.submit(() -> {
                            stops.get(module.applied().name()).get();
                            close(runtime, directory -> false, CLOSE_LIMIT);
                            return true;
                        })));
            }
        }
        hosted.clear();
    }

    private static boolean shutdown(ModuleRuntime runtime, Duration limit) throws InterruptedException {
        boolean stopped = runtime.shutdown(limit);
        if (!stopped) {
            LOG.error(
                    "The module {} did not stop within {} seconds: it is ended as it is",
                    runtime.plan().name(),
                    limit.toSeconds());
        }
        return stopped;
    }
}
