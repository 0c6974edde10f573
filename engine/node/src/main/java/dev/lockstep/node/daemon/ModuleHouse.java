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
import java.util.TreeMap;
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

    private final ModuleFactory factory;
    private final Map<String, Hosted> hosted = new ConcurrentSkipListMap<>();

    /**
     * A module as hosted.
     *
     * @param runtime empty when it cannot be brought to life
     * @param problem why not, else empty
     */
    record Hosted(AppliedModule applied, Optional<ModuleRuntime> runtime, String problem) {
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
                    "Correct it, then: lockstep config -m " + applied.name() + "."));
        }
    }

    ModuleHouse(ModuleFactory factory) {
        this.factory = factory;
    }

    /** Brings a module to life; what goes wrong is kept as its problem. The module must not be hosted. */
    Hosted load(AppliedModule applied, ActiveCluster cluster, ControlService service) {
        Hosted now;
        try {
            ModuleRuntime runtime = factory.bringToLife(applied, cluster, service);
            now = new Hosted(applied, Optional.of(runtime), "");
        } catch (StartRefused refusal) {
            now = new Hosted(applied, Optional.empty(), refusal.getMessage());
            tell(now);
        } catch (RuntimeException | LinkageError defect) {
            LOG.error("The module {} cannot be brought to life because of a defect", applied.name(), defect);
            now = new Hosted(applied, Optional.empty(), "a defect: " + defect);
            tell(now);
        }
        hosted.put(applied.name(), now);
        return now;
    }

    /** The log of a module that cannot work says why; the log of the daemon repeats it. */
    private void tell(Hosted module) {
        String name = module.applied().name();
        try {
            factory.logs()
                    .of(name)
                    .write(LogLevel.C, "heart", "The module cannot work on this node: " + module.problem());
        } catch (UncheckedIOException disk) {
            LOG.error("The module {} cannot work: {} ({})", name, module.problem(), disk.getMessage());
        }
    }

    /** Ends a module's runtime. */
    void unload(String module, Predicate<String> giveBack) {
        Hosted gone = hosted.remove(module);
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
