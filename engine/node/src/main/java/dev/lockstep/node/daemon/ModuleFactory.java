package dev.lockstep.node.daemon;

import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.core.mirror.Hook;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.MirrorSettings;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.data.DataFactory;
import dev.lockstep.node.data.ModuleData;
import dev.lockstep.node.data.NoData;
import dev.lockstep.node.heartbeat.Heartbeats;
import dev.lockstep.node.heartbeat.PeerWatch;
import dev.lockstep.node.hooks.GroovyHookRunner;
import dev.lockstep.node.hooks.HookFaults;
import dev.lockstep.node.hooks.HookRunner;
import dev.lockstep.node.hooks.HookServices;
import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.http.ControlService;
import dev.lockstep.node.log.ModuleLog;
import dev.lockstep.node.module.ModuleFlags;
import dev.lockstep.node.module.ModulePlan;
import dev.lockstep.node.module.ModuleRuntime;
import dev.lockstep.node.module.Planner;
import dev.lockstep.node.module.ResourceBoard;
import dev.lockstep.node.net.LocalAddresses;
import dev.lockstep.node.state.DurableValues;
import dev.lockstep.node.state.StateDisk;
import dev.lockstep.node.store.AppliedModule;
import dev.lockstep.node.store.ClusterStore.ActiveCluster;
import dev.lockstep.node.store.ModuleStore;
import dev.lockstep.node.threads.SharedThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings an applied module to life.
 *
 * @param home installation
 * @param var state of the node
 * @param runtime where private mounts are kept until reboot
 * @param modules reads the applied configuration
 * @param logs the logs of the modules
 * @param extensions the plugins
 * @param addresses the addresses of this host
 * @param threads on which all modules work
 * @param clock dates of logs and resources
 */
record ModuleFactory(
        Path home,
        Path var,
        Path runtime,
        ModuleStore modules,
        LogBook logs,
        Extensions extensions,
        LocalAddresses addresses,
        SharedThreads threads,
        Clock clock) {

    /**
     * A running runtime of the module, in STOP.
     *
     * @param service carries out what hooks ask for
     * @throws StartRefused if the module cannot work here; nothing of it runs then
     */
    ModuleRuntime bringToLife(AppliedModule applied, ActiveCluster cluster, ControlService service)
            throws StartRefused {
        try {
            ModuleConfig config = modules.configuration(applied);
            ModulePlan plan =
                    new Planner(home, var, cluster.config(), cluster.localNode(), addresses).plan(applied, config);
            return begin(plan, cluster, service, logs.of(applied.name()));
        } catch (Refusal refusal) {
            throw new StartRefused(refusal.text(), refusal);
        } catch (HookFaults faults) {
            throw new StartRefused(
                    "The hooks of the module " + applied.name() + " cannot be used: " + faults.getMessage()
                            + ". Correct them, then configure the module again.",
                    faults);
        } catch (IOException | UncheckedIOException disk) {
            throw new StartRefused(
                    "The state of the module " + applied.name() + " cannot be used: "
                            + new StateDisk(var).advise(disk, "Let root write in " + applied.state() + "."),
                    disk);
        }
    }

    private ModuleRuntime begin(ModulePlan plan, ActiveCluster cluster, ControlService service, ModuleLog log)
            throws StartRefused, IOException, HookFaults {
        ResourceBoard resources = new ResourceBoard(clock);
        Optional<HookRunner> hooks = hooks(plan, service, log, resources);
        ModulePlan withHooks = withHooks(plan, hooks);
        ModuleFlags flags = new ModuleFlags(
                DurableValues.open(
                        plan.applied().state().resolve("flags"),
                        clock,
                        notice -> log.write(LogLevel.C, "heart", notice)),
                clock);
        ModuleRuntime module = new ModuleRuntime(new ModuleRuntime.Parts(
                withHooks,
                hooks,
                log,
                flags,
                resources,
                heartbeat -> addresses.contains(heartbeat.local().getAddress()),
                threads,
                clock));
        PeerWatch watch = watch(withHooks, cluster, module);
        ModuleData data = data(withHooks, cluster, module);
        try {
            module.begin(data, watch);
        } catch (IOException disk) {
            data.close(directory -> false);
            throw disk;
        }
        return module;
    }

    private Optional<HookRunner> hooks(ModulePlan plan, ControlService service, ModuleLog log, ResourceBoard resources)
            throws IOException, HookFaults {
        if (plan.hooks().isEmpty()) {
            return Optional.empty();
        }
        HookServices services = new HookServices(
                log,
                name -> resources.get(name).map(ResourceBoard.Resource::value),
                new HookCommands(plan.name(), service));
        return Optional.of(GroovyHookRunner.load(plan.hooks().get(), services, new SystemProcesses(), clock));
    }

    private static ModulePlan withHooks(ModulePlan plan, Optional<HookRunner> hooks) {
        Set<String> files = hooks.map(HookRunner::hooks).orElse(Set.of());
        Set<Hook> known = List.of(Hook.values()).stream()
                .filter(hook -> files.contains(hook.name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.toSet());
        MirrorSettings settings = plan.settings();
        return new ModulePlan(
                plan.applied(),
                new MirrorSettings(
                        settings.localNode(),
                        settings.peerNode(),
                        settings.replicated(),
                        settings.failover(),
                        settings.defaultPrimary(),
                        settings.defaultPrimaryNode(),
                        known,
                        settings.maxloop(),
                        settings.loopIntervalTicks(),
                        settings.timing(),
                        settings.signature()),
                plan.pulse(),
                plan.heartbeats(),
                plan.data(),
                plan.hooks(),
                plan.boot(),
                plan.bootDelay());
    }

    private ModuleData data(ModulePlan plan, ActiveCluster cluster, ModuleRuntime module) throws StartRefused {
        if (plan.data().isEmpty()) {
            return new NoData();
        }
        DataFactory factory =
                new DataFactory(extensions.replication(), extensions.interception(), cluster.keys(), runtime, clock);
        return factory.replicated(plan, plan.data().get(), module);
    }

    private PeerWatch watch(ModulePlan plan, ActiveCluster cluster, ModuleRuntime module) throws StartRefused {
        var transport = extensions.heartbeats();
        Map<String, Duration> timeouts = new LinkedHashMap<>();
        plan.heartbeats().forEach(heartbeat -> timeouts.put(heartbeat.ident(), heartbeat.timeout()));
        List<Heartbeats.Definition> definitions = plan.heartbeats().stream()
                .map(heartbeat -> new Heartbeats.Definition(
                        heartbeat.ident(),
                        new dev.lockstep.api.link.HeartbeatTransport.Endpoint(
                                plan.name(),
                                plan.settings().localNode(),
                                plan.settings().peerNode(),
                                heartbeat.local(),
                                heartbeat.peer()),
                        heartbeat.pulse()))
                .toList();
        return new PeerWatch(
                plan.settings().peerNode(),
                timeouts,
                plan.pulse(),
                () -> Heartbeats.open(transport, definitions, cluster.keys(), addresses, module::received));
    }
}
