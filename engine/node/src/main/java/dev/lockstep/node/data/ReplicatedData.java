package dev.lockstep.node.data;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.FileSystemInterceptor;
import dev.lockstep.api.fs.InterceptedTree;
import dev.lockstep.api.fs.Opener;
import dev.lockstep.api.fs.TreeDefinition;
import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.mirror.DataRole;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.node.module.ModulePlan;
import dev.lockstep.node.state.StateDisk;
import dev.lockstep.node.store.MemoryDisks;
import dev.lockstep.replication.Replication;
import dev.lockstep.replication.ReplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The replicated directories of a module: interception, replication engine and link, brought into one role together.
 *
 * <p>The order within a change is the contract: towards less, the engine refuses writes before the directory is offered
 * read-only, and both before the change is reported; towards more, the engine has made its generation durable before the
 * directory is offered for writing.
 */
public final class ReplicatedData implements ModuleData {
    /** Bound of one role command of the engine. It has tighter bounds of its own; this one keeps a defect from being for ever. */
    private static final long ROLE_LIMIT_MINUTES = 30;

    private final Parts parts;
    private final StateDisk place;
    private final Replication replication;
    private final LinkKeeper links;
    private final DataEvents events;
    private final DataResources resources;
    private final List<InterceptedTree> trees = new CopyOnWriteArrayList<>();
    private final DiskWatch disk;
    private final TreeWatch watch;
    private final AtomicBoolean mountLost = new AtomicBoolean();
    private Optional<Exposure> exposure = Optional.empty();

    /**
     * What the data is made of.
     *
     * @param stateDirectory the module's working directory
     * @param runtimeDirectory where the interception keeps private mounts until reboot
     * @param diskTest how the disk below the directories is tried
     */
    public record Parts(
            String module,
            List<ReplicatedDirectory> directories,
            FileSystemInterceptor interceptor,
            Path stateDirectory,
            Path runtimeDirectory,
            ModulePlan.DiskTest diskTest) {}

    ReplicatedData(Parts parts, Replication replication, LinkKeeper links, DataResources resources, DataEvents events) {
        this.parts = parts;
        this.place = new StateDisk(parts.stateDirectory());
        this.replication = replication;
        this.links = links;
        this.resources = resources;
        this.events = events;
        this.watch = new TreeWatch(parts.directories(), mountLost, events);
        Thread.Builder thread = Thread.ofPlatform().daemon().name("lockstep-" + parts.module() + "-disk");
        this.disk = new DiskWatch(
                parts.diskTest(), () -> List.copyOf(trees), replication::diskRefused, thread::start, events);
    }

    @Override
    public ReplicaIdentity identity() {
        return replication.identity();
    }

    @Override
    public void open() throws DataFailure {
        if (trees.size() == parts.directories().size()) {
            return;
        }
        for (int tree = trees.size(); tree < parts.directories().size(); tree++) {
            Path directory = Path.of(parts.directories().get(tree).dir());
            InterceptedTree opened = intercept(tree, directory);
            try {
                await("take hold of " + directory, replication.attach(tree, opened.backing()));
            } catch (DataFailure failure) {
                leave(opened, directory.toString(), false);
                throw failure;
            }
            trees.add(opened);
        }
        report(openers());
        setRole(new DataRole.Stopped());
    }

    private InterceptedTree intercept(int tree, Path directory) throws DataFailure {
        try {
            parts.interceptor().check(directory);
            MemoryDisks.typeAt(directory).ifPresent(type -> warnOfMemory(directory, type));
            Path state = Files.createDirectories(parts.stateDirectory().resolve("tree-" + tree));
            TreeDefinition definition = new TreeDefinition(
                    parts.module(),
                    tree,
                    directory,
                    parts.directories().get(tree).filter(),
                    state,
                    parts.runtimeDirectory().resolve(Integer.toString(tree)));
            return parts.interceptor().open(definition, replication.gate(), watch);
        } catch (IOException failure) {
            throw new DataFailure(
                    "The replicated directory " + directory + " cannot be taken over: " + place.explain(failure),
                    failure);
        }
    }

    private void warnOfMemory(Path directory, String type) {
        events.log(
                LogLevel.E,
                "rfsplug",
                "The replicated directory " + directory + " lies in memory (" + type
                        + "): what is written there is gone when"
                        + " this node loses power, also when it was flushed. Replicate a directory on a disk");
    }

    @Override
    public void check() throws DataFailure {
        open();
        for (int tree = 0; tree < trees.size(); tree++) {
            ReplicatedDirectory directory = parts.directories().get(tree);
            for (String path : directory.toCheck()) {
                if (!CoveredPaths.exists(trees.get(tree).backing(), path)) {
                    throw new DataFailure("The path " + path
                            + " that must exist before the replication starts (tocheck)" + " is not in "
                            + directory.dir() + ". Is its file system mounted? Mount it, then start again.");
                }
            }
        }
        List<Opener> openers = openers();
        report(openers);
        List<Opener> writers = openers.stream().filter(Opener::writable).toList();
        if (!writers.isEmpty()) {
            throw new DataFailure(
                    "Processes that began before the replicated directory was covered could write past the"
                            + " replication: " + Openers.named(writers)
                            + ". End them or let them close what they hold, then start again.");
        }
    }

    private List<Opener> openers() throws DataFailure {
        List<Opener> found = new ArrayList<>();
        try {
            for (InterceptedTree tree : trees) {
                found.addAll(tree.openers());
            }
        } catch (IOException failure) {
            throw new DataFailure(
                    "It cannot be told which processes hold the replicated directories: " + failure.getMessage(),
                    failure);
        }
        return found;
    }

    private void report(List<Opener> openers) {
        if (!openers.isEmpty()) {
            events.log(
                    LogLevel.E,
                    "rfsplug",
                    "Processes hold the replicated directory from before it was covered and do not"
                            + " see the replicated files: " + Openers.named(openers) + ". Restart them.");
        }
    }

    @Override
    public void setRole(DataRole role) throws DataFailure {
        if (!(role instanceof DataRole.Abandoned)) {
            open();
        }
        switch (role) {
            case DataRole.Stopped stopped -> {
                links.close();
                await("stop the replication", replication.stopped());
                expose(Exposure.READ_WRITE);
            }
            case DataRole.Waiting waiting -> {
                links.close();
                await("hold the writes", replication.waiting());
                expose(Exposure.READ_ONLY);
            }
            case DataRole.Abandoned abandoned -> abandon();
            case DataRole.Alone alone -> {
                become(alone.copyAllToPeer());
                expose(Exposure.READ_WRITE);
                links.listen(replication::serve);
            }
            case DataRole.Second second -> join(second.copyAll());
            case DataRole.HandOver handOver -> {
                links.stopListening();
                try {
                    await("hand the data over", replication.handOver());
                } finally {
                    expose(Exposure.READ_ONLY);
                }
            }
        }
    }

    private void become(boolean copyAll) throws DataFailure {
        try {
            await("become primary", replication.alone(copyAll));
        } catch (DataFailure failure) {
            boolean diskOfTheRecord =
                    failure.getCause() instanceof ReplicationFailure f && f.getCause() instanceof IOException;
            throw diskOfTheRecord ? DataFailure.unrecorded(failure.getMessage(), failure) : failure;
        }
    }

    /** Comes beside whatever the worker is at: that may hang. */
    private void abandon() {
        replication.abandon("this node gave up its role, for its disk did not do what it should");
        mountLost.set(true);
        for (int tree = 0; tree < trees.size(); tree++) {
            try {
                trees.get(tree).abort();
            } catch (IOException failure) {
                events.log(
                        LogLevel.C,
                        "rfsplug",
                        "The mount of " + parts.directories().get(tree).dir() + " could not be taken away: "
                                + failure.getMessage()
                                + ". No write is acknowledged there, but processes may wait until the daemon ends.");
            }
        }
        links.close();
    }

    private void join(boolean copyAll) throws DataFailure {
        links.close();
        await("hold the writes", replication.waiting());
        expose(Exposure.READ_ONLY);
        try {
            replication.join(links.connect(), copyAll);
        } catch (IOException failure) {
            events.event(new Event.ReintegrationFailed("the primary cannot be reached: " + failure.getMessage()));
        }
    }

    private void expose(Exposure wanted) throws DataFailure {
        if (!mountLost.getAndSet(false) && exposure.equals(Optional.of(wanted))) {
            return;
        }
        exposure = Optional.empty();
        for (int tree = 0; tree < trees.size(); tree++) {
            try {
                trees.get(tree).expose(wanted);
            } catch (IOException failure) {
                throw new DataFailure(
                        "The replicated directory "
                                + parts.directories().get(tree).dir() + " cannot be mounted "
                                + (wanted == Exposure.READ_ONLY ? "read-only" : "for writing") + ": "
                                + failure.getMessage(),
                        failure);
            }
        }
        exposure = Optional.of(wanted);
    }

    private void await(String what, CompletionStage<Void> stage) throws DataFailure {
        try {
            stage.toCompletableFuture().get(ROLE_LIMIT_MINUTES, TimeUnit.MINUTES);
        } catch (ExecutionException | CompletionException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new DataFailure("The replication could not " + what + ": " + place.explain(cause), cause);
        } catch (TimeoutException tooLong) {
            throw new DataFailure(
                    "The replication could not " + what + " within " + ROLE_LIMIT_MINUTES + " minutes.", tooLong);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DataFailure("The replication was interrupted while it had to " + what + ".", interrupted);
        }
    }

    @Override
    public void outdated(Consumer<Optional<String>> done) {
        replication
                .outdated()
                .whenComplete((nothing, failure) ->
                        done.accept(Optional.ofNullable(failure).map(f -> String.valueOf(f.getMessage()))));
    }

    @Override
    public void dropPeer(String reason) {
        replication.dropPeer(reason);
    }

    @Override
    public void fallSilent() {
        links.drop("this node falls silent");
    }

    @Override
    public boolean heardWithin(long millis) {
        return links.heardWithin(millis);
    }

    @Override
    public void redirect(int port) {
        links.redirect(port);
    }

    @Override
    public void ticked(long millis) {
        replication.lived(millis);
    }

    @Override
    public void lived(long millis) {
        links.lived(millis);
        disk.lived(millis);
    }

    @Override
    public Map<String, String> resources() {
        Map<String, String> all = new TreeMap<>(resources.of(replication.statistics()));
        all.put("rfs.refused_connections", Long.toString(links.refusedConnections()));
        return all;
    }

    @Override
    public void close(Predicate<String> giveBack) {
        links.close();
        try {
            await("hold the writes", replication.waiting());
        } catch (DataFailure failure) {
            events.log(LogLevel.C, "rfsplug", failure.getMessage());
        }
        for (int tree = 0; tree < trees.size(); tree++) {
            String directory = parts.directories().get(tree).dir();
            leave(trees.get(tree), directory, giveBack.test(directory));
        }
        trees.clear();
        replication.close();
    }

    private void leave(InterceptedTree tree, String directory, boolean giveBack) {
        try {
            if (giveBack) {
                tree.withdraw();
            } else {
                tree.guard();
            }
        } catch (IOException failure) {
            events.log(
                    LogLevel.C,
                    "rfsplug",
                    "The directory " + directory + " could not be left guarded: " + place.explain(failure)
                            + ". Do not write to it before the daemon runs again.");
        }
    }
}
