package dev.lockstep.fuse.mount;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.InterceptedTree;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.Opener;
import dev.lockstep.api.fs.TreeDefinition;
import dev.lockstep.api.fs.TreeEvents;
import dev.lockstep.fuse.sys.SystemCalls;
import dev.lockstep.fuse.tree.ChangeFinder;
import dev.lockstep.fuse.tree.Checkpoint;
import dev.lockstep.fuse.tree.CheckpointRecorder;
import dev.lockstep.fuse.tree.CoveredBackingTree;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.DiskProbe;
import dev.lockstep.fuse.tree.IndexBuilder;
import dev.lockstep.fuse.tree.KeptIds;
import dev.lockstep.fuse.tree.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory under interception on Linux. */
public final class InterceptedDirectory implements InterceptedTree {
    private final Host host;
    private final TreeDefinition definition;
    private final MutationGate gate;
    private final TreeEvents events;
    private final Covering covering;
    private final CoveredTree tree;
    private final CoveredBackingTree backing;
    private final TreeFiles files;
    private final DiskProbe probe;
    private volatile FuseMount mount;

    private InterceptedDirectory(
            Host host,
            TreeDefinition definition,
            MutationGate gate,
            TreeEvents events,
            Covering covering,
            CoveredTree tree,
            CoveredBackingTree backing,
            TreeFiles files) {
        this.host = host;
        this.definition = definition;
        this.gate = gate;
        this.events = events;
        this.covering = covering;
        this.tree = tree;
        this.backing = backing;
        this.files = files;
        probe = new DiskProbe(host.calls().files(), tree.root());
    }

    /** Takes hold of a directory; see {@link dev.lockstep.api.fs.FileSystemInterceptor#open}. */
    public static InterceptedDirectory open(Host host, TreeDefinition definition, MutationGate gate, TreeEvents events)
            throws IOException {
        SystemCalls calls = host.calls();
        Path real = new DirectoryCheck(calls).check(definition.directory());
        TreeFiles files = TreeFiles.lock(definition);
        try {
            if (calls.process().mayMarkIoFlusher("OPEN") < 0) {
                events.notice(
                        definition.tree(),
                        "the engine lacks CAP_SYS_RESOURCE: under extreme shortage of memory the kernel may wait for the"
                                + " engine while the engine waits for memory");
            }
            Covering covering = new Covering(calls.mounts(), calls.files(), real);
            boolean died = covering.removeFuse();
            boolean guarded = covering.isGuarded();
            if (!guarded) {
                // What a mount that died with its engine left is looked at only now that nothing hides it.
                new DirectoryCheck(calls).check(definition.directory());
                covering.guard();
            }
            try {
                return index(host, definition, gate, events, covering, files, guarded || died);
            } catch (IOException | RuntimeException e) {
                if (!guarded) {
                    covering.unguard();
                }
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private static InterceptedDirectory index(
            Host host,
            TreeDefinition definition,
            MutationGate gate,
            TreeEvents events,
            Covering covering,
            TreeFiles files,
            boolean guarded)
            throws IOException {
        KeptIds keptIds = files.keptIds();
        CoveredTree tree = new CoveredTree(
                host.calls(),
                covering.openCovered(),
                keptIds,
                definition.filter(),
                host.budget(),
                new Told(events, definition.tree()));
        try {
            boolean replaced = files.isReplaced(tree.rootHandle(), tree.isLabelled());
            Checkpoint checkpoint = Checkpoint.take(files.checkpoint()).orElse(null);
            ChangeFinder changes = new ChangeFinder(checkpoint, guarded);
            new IndexBuilder(tree, changes).build();
            CoveredBackingTree backing = new CoveredBackingTree(
                    tree,
                    definition.directory().toString(),
                    replaced ? BackingTree.Unguarded.REPLACED : changes.result());
            return new InterceptedDirectory(host, definition, gate, events, covering, tree, backing, files);
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    @Override
    public BackingTree backing() {
        return backing;
    }

    @Override
    public void expose(Exposure exposure) throws IOException {
        if (exposure == Exposure.READ_WRITE && livesOn()) {
            return;
        }
        conceal();
        if (tree.isRemoved()) {
            throw new IOException(
                    "the directory was removed while Lockstep held it; put it back and restart the daemon,"
                            + " which will take it for a new one");
        }
        if (covering.isBare()) {
            covering.guard();
            events.trouble(
                    definition.tree(),
                    "nothing lay over " + covering.directory()
                            + ", not even the guard: if anything was written there by hand,"
                            + " make the other copy equal with 'stop' and 'second fullsync' on the other node");
        }
        // Not before: whoever opened the directory has recorded by now what it means if it is another one.
        files.rememberRoot(tree.rootHandle());
        mount = new FuseMount(host, covering, tree, definition, gate, exposure, new Told(events, definition.tree()));
        files.describeConnection(MountTable.read().top(covering.directory()).map(MountEntry::minor));
    }

    /** Whether the mount of a secondary has become that of a primary. */
    private boolean livesOn() throws IOException {
        FuseMount present = mount;
        if (present == null || !present.isReadOnly() || !present.isAlive() || tree.isRemoved()) {
            return false;
        }
        try {
            present.openForWriting();
            return true;
        } catch (IOException reason) {
            if (present.isStopping()) {
                throw reason;
            }
            events.notice(
                    definition.tree(),
                    "the mount at " + covering.directory()
                            + " is made anew, whoever has files open there has to open them again: "
                            + reason.getMessage());
            return false;
        }
    }

    @Override
    public void abort() throws IOException {
        FuseMount present = mount;
        if (present != null) {
            present.abort();
        }
    }

    @Override
    public void probe() throws IOException {
        probe.run();
    }

    @Override
    public void conceal() throws IOException {
        if (mount != null) {
            mount.stop();
            mount = null;
            Files.deleteIfExists(files.connection());
        }
    }

    @Override
    public List<Opener> openers() throws IOException {
        return new OpenerScan(covering.directory(), text -> events.trouble(definition.tree(), text)).openers();
    }

    @Override
    public void guard() throws IOException {
        conceal();
        backing.syncAll();
        if (!tree.isRemoved()) {
            new CheckpointRecorder(tree).record().write(files.checkpoint());
        }
        probe.close();
        tree.close();
        files.close();
    }

    @Override
    public void withdraw() throws IOException {
        conceal();
        try {
            tree.cradle().dismantle();
        } catch (FileSystemFailure failure) {
            events.trouble(
                    definition.tree(),
                    "the hidden directory .lockstep/cradle of " + covering.directory() + " stays: "
                            + failure.getMessage());
        }
        probe.close();
        tree.close();
        covering.unguard();
        files.close();
    }
}
