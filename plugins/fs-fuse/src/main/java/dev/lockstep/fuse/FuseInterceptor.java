package dev.lockstep.fuse;

import dev.lockstep.api.fs.FileSystemInterceptor;
import dev.lockstep.api.fs.InterceptedTree;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.TreeDefinition;
import dev.lockstep.api.fs.TreeEvents;
import dev.lockstep.fuse.mount.DirectoryCheck;
import dev.lockstep.fuse.mount.Host;
import dev.lockstep.fuse.mount.InterceptedDirectory;
import dev.lockstep.fuse.sys.SystemCalls;
import dev.lockstep.fuse.tree.DescriptorBudget;
import dev.lockstep.fuse.tree.ObjectBudget;
import java.io.IOException;
import java.nio.file.Path;
import org.pf4j.Extension;

/** Interception on Linux: a FUSE mount over the directory, served through /dev/fuse without a native library. */
@Extension
public final class FuseInterceptor implements FileSystemInterceptor {
    /** What every system allows a process to have open, if it does not say. */
    private static final int CAUTIOUS_LIMIT = 1024;

    private final Host host;

    /** The interceptor of this host. */
    public FuseInterceptor() {
        this(SystemCalls.linux(), ObjectBudget.ofHeap());
    }

    /** An interceptor that reaches the kernel through other ports. */
    FuseInterceptor(SystemCalls calls, ObjectBudget objects) {
        int limit = calls.process().raiseOpenFiles("OPEN");
        host = Host.of(calls, new DescriptorBudget(limit < 0 ? CAUTIOUS_LIMIT : limit, objects));
    }

    @Override
    public void check(Path directory) throws IOException {
        new DirectoryCheck(host.calls()).check(directory);
    }

    @Override
    public InterceptedTree open(TreeDefinition definition, MutationGate gate, TreeEvents events) throws IOException {
        return InterceptedDirectory.open(host, definition, gate, events);
    }
}
