package dev.lockstep.node.daemon;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.core.mirror.Caller;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.daemon.ModuleHouse.Hosted;
import dev.lockstep.node.hooks.HookRunner;
import dev.lockstep.node.http.ControlService;
import dev.lockstep.node.http.ModuleStatus;
import dev.lockstep.node.log.ModuleLog;
import dev.lockstep.node.module.ModuleRuntime;
import dev.lockstep.node.store.AppliedModule;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.ClusterStore.ActiveCluster;
import dev.lockstep.node.store.ModuleStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the command: it turns orders into commands of modules, and changes of the configuration into modules reloaded. */
final class NodeControl implements ControlService {
    /** Bound of a module's answer to a command. It answers in the same step; this only bounds a mailbox that is ill. */
    private static final long ANSWER_SECONDS = 30;

    /** Classes of resources that only the engine assigns. */
    private static final Set<String> RESERVED =
            Set.of("state", "rfs", "heartbeat", "heartbeatlocaladdr", "usersetting", "heart", "peer");

    private static final String NO_CLUSTER =
            "No cluster is configured on this node: waiting for 'lockstep cluster config FILE'";

    private static final Logger LOG = LoggerFactory.getLogger(NodeControl.class);

    private final ClusterStore clusters;
    private final ModuleStore modules;
    private final ModuleHouse house;
    private final LogFinder logs;
    private final Facts facts;
    private final Consumer<Optional<ActiveCluster>> follower;
    private final ReentrantLock changes = new ReentrantLock();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private volatile Optional<ActiveCluster> cluster = Optional.empty();
    private volatile String clusterProblem = "";

    /** Facts about node and product. */
    @FunctionalInterface
    interface Facts {
        /** Label and value, in the order to be shown. */
        Map<String, String> all();
    }

    /**
     * Control of a node.
     *
     * @param follower told which cluster is configured
     */
    NodeControl(
            ClusterStore clusters,
            ModuleStore modules,
            ModuleHouse house,
            LogBook logs,
            Facts facts,
            Consumer<Optional<ActiveCluster>> follower) {
        this.follower = follower;
        this.clusters = clusters;
        this.modules = modules;
        this.house = house;
        this.logs = new LogFinder(logs, modules);
        this.facts = facts;
    }

    /**
     * Takes the cluster and the applied modules as they are on disk. Without a cluster there is nothing to host yet.
     *
     * @return the modules that are hosted since this call
     */
    List<Hosted> takeConfiguration() {
        changes.lock();
        try {
            cluster = clusters.active();
            follower.accept(cluster);
            if (cluster.isEmpty()) {
                complain(NO_CLUSTER);
                return List.of();
            }
            clusterProblem = "";
            LOG.info("This is the node {} of the cluster", cluster.get().localNode());
            List<Hosted> loaded = new ArrayList<>();
            for (AppliedModule applied : modules.applied()) {
                if (house.find(applied.name()).isEmpty()) {
                    loaded.add(house.load(applied, cluster.get(), this));
                }
            }
            return loaded;
        } catch (Refusal refusal) {
            cluster = Optional.empty();
            complain("The cluster configuration cannot be used: " + refusal.text());
            return List.of();
        } catch (IOException disk) {
            complain("The configuration of this node cannot be read: " + Trouble.of(disk));
            return List.of();
        } finally {
            changes.unlock();
        }
    }

    private void complain(String problem) {
        if (!problem.equals(clusterProblem)) {
            clusterProblem = problem;
            LOG.warn(problem);
        }
    }

    /**
     * Tries to bring those modules to life that wait for their disk.
     *
     * @return those that came to life and may start with the node
     */
    List<Hosted> tryAgain() {
        changes.lock();
        try {
            return cluster.map(there -> house.tryAgain(there, this)).orElse(List.of());
        } finally {
            changes.unlock();
        }
    }

    /** Whether there is a cluster this node belongs to; when not, an interface that comes up may change that. */
    boolean belongsToCluster() {
        return cluster.isPresent();
    }

    @Override
    public String nodeName() {
        return cluster.map(ActiveCluster::localNode).orElse("");
    }

    @Override
    public List<ModuleStatus> modules() {
        List<ModuleStatus> all = new ArrayList<>();
        house.all().forEach(module -> all.add(module.status()));
        return all;
    }

    private Hosted hosted(String module) throws Refusal {
        Optional<Hosted> found = house.find(module);
        if (found.isPresent()) {
            return found.get();
        }
        if (cluster.isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "No module can work before this node belongs to a cluster.",
                    clusterProblem.equals(NO_CLUSTER) ? "" : clusterProblem,
                    "Use: lockstep cluster config FILE.");
        }
        throw logs.notHosted(module);
    }

    @Override
    public ModuleStatus module(String module) throws Refusal {
        return hosted(module).status();
    }

    @Override
    public ModuleStatus awaitChange(String module, long revision, Duration limit) throws Refusal, InterruptedException {
        return hosted(module).alive().awaitChange(revision, limit);
    }

    @Override
    public String command(String module, Verb verb, Caller caller) throws Refusal {
        ModuleRuntime runtime = hosted(module).alive();
        if (held.contains(module) && (verb.starts() || verb == Verb.STOPSTART)) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "The module " + module + " is held stopped: its configuration is being changed.",
                    "",
                    "Try again when that is done.");
        }
        ModuleRuntime.Answer answer = answer(runtime, verb, caller);
        if (!answer.accepted()) {
            throw new Refusal(Refusal.Kind.STATE, answer.text(), "", "");
        }
        return answer.text();
    }

    @Override
    public boolean countAction(String module, Caller caller) throws Refusal {
        return answer(hosted(module).alive(), Verb.INCLOOP, caller).accepted();
    }

    private static ModuleRuntime.Answer answer(ModuleRuntime runtime, Verb verb, Caller caller) throws Refusal {
        try {
            return runtime.command(verb, caller).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            String name = runtime.plan().name();
            throw new Refusal(
                    Refusal.Kind.FAILED, "The module " + name + " does not answer.", late, "Look at its log.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Refusal(Refusal.Kind.FAILED, "The daemon is ending.", interrupted, "");
        }
    }

    @Override
    public boolean loopExceeded(String module) throws Refusal {
        return hosted(module).alive().loopExceeded();
    }

    @Override
    public void setSwitch(String module, String name, boolean on, Caller caller) throws Refusal {
        ModuleRuntime runtime = hosted(module).alive();
        try {
            switch (name) {
                case "failover" -> runtime.failover(on, caller);
                case "boot" -> runtime.switchBoot(on);
                default ->
                    throw new Refusal(
                            Refusal.Kind.INVALID,
                            "There is no switch " + name + " in this engine.",
                            "",
                            "The switches are failover and boot.");
            }
        } catch (IOException disk) {
            throw new Refusal(
                    Refusal.Kind.FAILED, "The switch cannot be remembered.", disk, "Make room in the state directory.");
        }
    }

    @Override
    public List<Resource> resources(String module) throws Refusal {
        return hosted(module).alive().resources().all().stream()
                .map(resource -> new Resource(resource.name(), resource.value(), resource.assigned()))
                .toList();
    }

    @Override
    public void setResource(String module, String name, String value, String who, Logged logged) throws Refusal {
        ModuleRuntime runtime = hosted(module).alive();
        int dot = name.indexOf('.');
        if (dot <= 0 || dot == name.length() - 1 || !name.matches("[A-Za-z0-9._:-]{3,120}")) {
            throw new Refusal(Refusal.Kind.INVALID, "No resource has the name " + name + ".", "", "Write class.name.");
        }
        if (RESERVED.contains(name.substring(0, dot))) {
            throw new Refusal(
                    Refusal.Kind.INVALID, "The engine itself assigns " + name + ".", "", "Use the class custom.");
        }
        if (value.length() > 120) {
            throw new Refusal(Refusal.Kind.INVALID, "The value of " + name + " is too long.", "", "Use up or down.");
        }
        boolean changed = runtime.resources().set(name, value);
        if (logged == Logged.ALWAYS || (logged == Logged.CHANGES && changed)) {
            runtime.moduleLog()
                    .write(
                            value.equals("down") ? LogLevel.C : LogLevel.I,
                            who.isEmpty() ? "safekit" : who,
                            "Resource " + name + " set to " + value + " by " + (who.isEmpty() ? "root" : who));
        }
    }

    @Override
    public ModuleLog log(String module) throws Refusal {
        Optional<ModuleRuntime> runtime = house.find(module).flatMap(Hosted::runtime);
        return runtime.isPresent() ? runtime.get().moduleLog() : logs.of(module);
    }

    @Override
    public String displayHook(String module, String hook) throws Refusal {
        Optional<HookRunner> hooks = hosted(module).alive().hooks();
        return hooks.isPresent() ? HookDisplay.of(hooks.get(), hook) : "";
    }

    @Override
    public Optional<Ports> ports(String module) {
        return house.find(module).flatMap(Hosted::runtime).map(ModuleRuntime::ports);
    }

    @Override
    public <T> T whileStopped(String module, Change<T> change) throws Refusal, IOException {
        changes.lock();
        try {
            held.add(module);
            requireStopped(List.of(module));
            try {
                return change.apply();
            } finally {
                reload(module);
            }
        } finally {
            held.remove(module);
            changes.unlock();
        }
    }

    private void requireStopped(List<String> names) throws Refusal {
        List<String> running = names.stream()
                .filter(name -> house.find(name).map(found -> !found.idle()).orElse(false))
                .toList();
        if (!running.isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "The configuration of a module is changed only while it is stopped.",
                    "Not stopped: " + String.join(", ", running) + ".",
                    "Use: lockstep stop -m " + running.getFirst() + ".");
        }
    }

    private void reload(String module) throws IOException {
        Optional<AppliedModule> applied = modules.applied(module);
        Set<String> kept = applied.map(this::directories).orElse(Set.of());
        house.unload(module, directory -> !kept.contains(directory));
        if (applied.isPresent() && cluster.isPresent()) {
            house.load(applied.get(), cluster.get(), this);
        }
    }

    private Set<String> directories(AppliedModule applied) {
        try {
            return modules.configuration(applied).rfs().stream()
                    .flatMap(rfs -> rfs.directories().stream())
                    .map(directory -> directory.dir())
                    .collect(Collectors.toSet());
        } catch (Refusal | IOException unreadable) {
            LOG.error("The applied configuration of {} cannot be read: {}", applied.name(), Trouble.of(unreadable));
            return house.find(applied.name())
                    .flatMap(Hosted::runtime)
                    .flatMap(runtime -> runtime.plan().data())
                    .map(data -> data.directories().stream().map(d -> d.dir()).collect(Collectors.toSet()))
                    .orElse(Set.of());
        }
    }

    @Override
    public <T> T changeCluster(Change<T> change) throws Refusal, IOException {
        changes.lock();
        List<String> names =
                house.all().stream().map(module -> module.applied().name()).toList();
        try {
            held.addAll(names);
            requireStopped(names);
            try {
                return change.apply();
            } finally {
                names.forEach(name -> house.unload(name, directory -> false));
                takeConfiguration();
            }
        } finally {
            names.forEach(held::remove);
            changes.unlock();
        }
    }

    @Override
    public Map<String, String> level() {
        Map<String, String> all = new TreeMap<>(facts.all());
        all.put("Node", nodeName());
        return all;
    }
}
