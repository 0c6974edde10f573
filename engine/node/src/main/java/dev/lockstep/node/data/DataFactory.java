package dev.lockstep.node.data;

import dev.lockstep.api.fs.FileSystemInterceptor;
import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.ReplicationTransport;
import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.module.ModulePlan;
import dev.lockstep.node.state.DurableValues;
import dev.lockstep.node.state.StateDisk;
import dev.lockstep.replication.Replication;
import dev.lockstep.replication.ReplicationEngine;
import dev.lockstep.replication.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes the data of modules.
 *
 * @param runtime where private mounts are kept until reboot
 */
public record DataFactory(
        ReplicationTransport transport,
        FileSystemInterceptor interceptor,
        ClusterKeys keys,
        Path runtime,
        Clock clock) {
    private static final String DIRECTORIES = "directories";

    /**
     * The data of a module with replicated directories, not yet taken hold of. Does not touch the directories.
     *
     * @throws StartRefused if the durable state of the replication cannot be used
     */
    public ModuleData replicated(ModulePlan plan, ModulePlan.Data data, DataEvents events) throws StartRefused {
        Path state = plan.applied().state().resolve("replication");
        try {
            forgetOtherDirectories(state, data.directories(), events);
            DataResources resources = new DataResources();
            Replication replication = ReplicationEngine.open(new ReplicationEngine.Parts(
                    plan.name(),
                    data.directories().size(),
                    state,
                    data.settings(),
                    new EngineEvents(events, resources, data.directories(), new StateDisk(state)),
                    TimeSource.system()));
            LinkKeeper links = new LinkKeeper(
                    transport,
                    new ReplicationTransport.Identity(
                            plan.name(),
                            plan.settings().localNode(),
                            plan.settings().peerNode()),
                    keys,
                    data.local(),
                    data.peer(),
                    data.peerAddresses(),
                    replication.linkHandler(),
                    events);
            ReplicatedData.Parts parts = new ReplicatedData.Parts(
                    plan.name(),
                    data.directories(),
                    interceptor,
                    plan.applied().state(),
                    runtime.resolve(plan.name()),
                    data.diskTest());
            return new ReplicatedData(parts, replication, links, resources, events);
        } catch (IOException failure) {
            throw new StartRefused(
                    "The replication state of the module " + plan.name() + " in " + state + " cannot be used: "
                            + new StateDisk(state).advise(failure, "Make the directory writable."),
                    failure);
        }
    }

    /**
     * Generations and marks speak of the directories by their place in the configuration. When the list of directories is not the
     * one they were made for, they mean nothing: they are set aside, and the copy counts as never reintegrated.
     */
    private void forgetOtherDirectories(Path state, List<ReplicatedDirectory> directories, DataEvents events)
            throws IOException {
        String now = directories.stream().map(ReplicatedDirectory::dir).collect(Collectors.joining("|"));
        Path described = state.resolveSibling("replicated-directories");
        DurableValues values =
                DurableValues.open(described, clock, notice -> events.log(LogLevel.C, "rfsplug", notice));
        String before = values.get(DIRECTORIES).orElse("");
        if (before.equals(now)) {
            return;
        }
        if (Files.isDirectory(state)) {
            String stamp = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss")
                    .format(clock.instant().atZone(clock.getZone()));
            Path aside = state.resolveSibling("replication.of-other-directories-" + stamp);
            Files.move(state, aside);
            events.log(
                    LogLevel.E,
                    "rfsplug",
                    "The list of replicated directories changed: what was known about the copy is set aside as "
                            + aside.getFileName() + " and the next reintegration is a full copy");
        }
        values.put(Map.of(DIRECTORIES, now));
    }
}
