package dev.lockstep.fuse.mount;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.TreeDefinition;
import dev.lockstep.fuse.device.Device;
import dev.lockstep.fuse.device.DiskThreads;
import dev.lockstep.fuse.device.Readers;
import dev.lockstep.fuse.op.Operations;
import dev.lockstep.fuse.op.Service;
import dev.lockstep.fuse.sys.SystemCalls;
import dev.lockstep.fuse.tree.Continuity;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Told;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** One exposure: a FUSE connection mounted over the directory and the threads that serve it. */
final class FuseMount {
    private static final String OPERATION = "MOUNT";
    /** How long the kernel may take to begin. */
    private static final Duration INIT_LIMIT = Duration.ofSeconds(10);
    /** How long operations under way may take to end after the connection was aborted. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    /** More than processors: who reads or writes the local disk reads no request. */
    private static final int READERS_MIN = 8;

    private static final int READERS_MAX = 32;

    private final Covering covering;
    private final Service service;
    private final Device device;
    private final DiskThreads disk;
    private final Readers readers;
    private final MountWatch.Watched watch;
    private final CoveredTree tree;
    private final ReadContent content;
    private volatile boolean stopping;
    private volatile boolean ended;

    /**
     * Mounts.
     *
     * @param told of what fails, and why the mount ended when nobody asked it to
     */
    FuseMount(
            Host host,
            Covering covering,
            CoveredTree tree,
            TreeDefinition definition,
            MutationGate gate,
            Exposure exposure,
            Told told)
            throws IOException {
        SystemCalls calls = host.calls();
        this.covering = covering;
        this.tree = tree;
        boolean readOnly = exposure == Exposure.READ_ONLY;
        int count = Math.clamp(Runtime.getRuntime().availableProcessors() * 4L, READERS_MIN, READERS_MAX);
        service = new Service(tree, definition.tree(), gate, readOnly, DiskThreads.AT_ONCE, told::lost);
        if (!readOnly) {
            service.sweep();
        }
        int descriptor = FuseDevice.open(calls, OPERATION);
        String name = "fuse-" + definition.module() + "-" + definition.tree();
        disk = new DiskThreads(name + "-disk", calls.process(), told::trouble);
        device = new Device(calls.files(), descriptor, disk);
        content = new ReadContent(name + "-content", device, tree.references());
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<String> refused = new AtomicReference<>();
        try {
            covering.mountFuse(descriptor, readOnly);
        } catch (IOException e) {
            device.close();
            throw e;
        }
        Consumer<String> ending = reason -> {
            ended = true;
            if (!stopping) {
                told.lost(reason);
            }
        };
        readers = new Readers(
                name,
                count,
                host.turns(),
                device,
                Operations.of(service, agreed -> begun.countDown(), reason -> {
                    refused.set(reason);
                    begun.countDown();
                }),
                calls.process(),
                told::trouble,
                ending);
        if (!await(begun) || refused.get() != null) {
            end();
            throw new IOException(
                    refused.get() == null ? "the kernel did not begin the FUSE connection" : refused.get());
        }
        try {
            watch = host.mounts().add(covering.directory(), told, ending);
        } catch (IOException e) {
            end();
            throw e;
        }
    }

    /** Whether it refuses every change. */
    boolean isReadOnly() {
        return service.isReadOnly();
    }

    /** Whether somebody ends it, or has. */
    boolean isStopping() {
        return stopping;
    }

    /** Whether applications reach this mount, and can until somebody ends it. */
    boolean isAlive() {
        return !stopping && !ended;
    }

    /**
     * Makes a read-only mount one for writing. The connection stays the same: who has files open keeps them, also in other mount
     * namespaces. To be called when nothing changes the tree below any more and the gate admits changes.
     *
     * @throws IOException if it cannot live on; it refuses changes then as before, and is to be stopped
     */
    void openForWriting() throws IOException {
        Optional<String> obstacle = new Continuity(tree).obstacle();
        if (obstacle.isPresent()) {
            throw new IOException(obstacle.get());
        }
        service.sweep();
        content.drop();
        service.admitChanges();
        boolean open = false;
        try {
            covering.openForWriting(watch.mount());
            if (stopping) {
                throw new IOException("the mount was taken away meanwhile");
            }
            open = true;
        } finally {
            if (!open) {
                service.refuseChanges();
            }
        }
    }

    /** Aborts the connection and takes the mount away; what hangs in it is not waited for. */
    void abort() throws IOException {
        stopping = true;
        watch.close();
        covering.removeFuse();
    }

    /** Ends the exposure: when this returns nobody can change anything through it any more. */
    void stop() throws IOException {
        watch.close();
        end();
    }

    private void end() throws IOException {
        stopping = true;
        covering.removeFuse();
        boolean over;
        try {
            // Only a reader begins to wait for the disk.
            long begun = System.nanoTime();
            over = content.await(STOP_LIMIT)
                    && readers.await(STOP_LIMIT.minusNanos(System.nanoTime() - begun))
                    && disk.end(STOP_LIMIT.minusNanos(System.nanoTime() - begun));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
        if (!over) {
            throw new IOException("an operation on " + covering.directory() + " did not end within "
                    + STOP_LIMIT.toSeconds() + " s after the mount was aborted; its disk may hang");
        }
        service.close();
        device.close();
    }

    private static boolean await(CountDownLatch latch) throws IOException {
        try {
            return latch.await(INIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        return new InterruptedIOException("interrupted while mounting or unmounting");
    }
}
