package dev.lockstep.fuse;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.InterceptedTree;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.api.fs.TreeDefinition;
import dev.lockstep.fuse.sys.SystemCalls;
import dev.lockstep.fuse.tree.ObjectBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A directory under interception for one test. Closing it gives the directory back. */
final class MountKit implements AutoCloseable {
    final Path directory;
    final Path state;
    final LoudEvents events = new LoudEvents();
    private final PathFilter filter;
    private final SystemCalls calls;
    private final ObjectBudget objects;
    private InterceptedTree tree;

    private MountKit(Path base, PathFilter filter, SystemCalls calls, ObjectBudget objects) throws IOException {
        this.objects = objects;
        this.filter = filter;
        this.calls = calls;
        directory = base.resolve("data");
        state = base.resolve("state");
        // What a killed engine left mounted cannot even be looked at.
        if (!Files.exists(state)) {
            Files.createDirectories(directory);
            Files.createDirectories(state);
        }
    }

    /** Skips the test, saying so, where it cannot run at all. */
    static void requireRoot() {
        boolean root = SystemCalls.linux().process().effectiveUser("TEST") == 0;
        Assumptions.assumeTrue(root, "SKIPPED: real mounts need root");
    }

    /** Takes hold of {@code base/data}; nothing is mounted yet but the guard. */
    static MountKit open(Path base, MutationGate gate) throws IOException {
        return open(base, gate, PathFilter.ALL, SystemCalls.linux());
    }

    static MountKit open(Path base, MutationGate gate, PathFilter filter, SystemCalls calls) throws IOException {
        return open(base, gate, filter, calls, ObjectBudget.ofHeap());
    }

    private static MountKit open(
            Path base, MutationGate gate, PathFilter filter, SystemCalls calls, ObjectBudget objects)
            throws IOException {
        requireRoot();
        MountKit kit = new MountKit(base.toRealPath(), filter, calls, objects);
        kit.reopen(gate);
        return kit;
    }

    /** Takes hold of {@code base/data} with room for so many objects. */
    static MountKit open(Path base, MutationGate gate, ObjectBudget objects) throws IOException {
        return open(base, gate, PathFilter.ALL, SystemCalls.linux(), objects);
    }

    /** Takes hold and mounts read-write. */
    static MountKit mounted(Path base, MutationGate gate) throws IOException {
        MountKit kit = open(base, gate);
        kit.tree.expose(Exposure.READ_WRITE);
        return kit;
    }

    /** Takes hold again after {@link #guard}. */
    void reopen(MutationGate gate) throws IOException {
        TreeDefinition definition = new TreeDefinition("test", 0, directory, filter, state, state.resolve("run"));
        tree = new FuseInterceptor(calls, objects).open(definition, gate, events);
    }

    InterceptedTree tree() {
        return tree;
    }

    BackingTree backing() {
        return tree.backing();
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /** Ends as the engine does when it stops cleanly. */
    void guard() throws IOException {
        tree.guard();
        tree = null;
    }

    @Override
    public void close() throws IOException {
        if (tree == null) {
            reopen(new PassThroughGate());
        }
        tree.withdraw();
    }
}
