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
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.tree.Told;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
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
    private volatile boolean stopping;

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
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<String> refused = new AtomicReference<>();
        try {
            covering.mountFuse(descriptor, readOnly);
        } catch (IOException e) {
            device.close();
            throw e;
        }
        Consumer<String> ended = reason -> {
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
                ended);
        if (!await(begun) || refused.get() != null) {
            end();
            throw new IOException(
                    refused.get() == null ? "the kernel did not begin the FUSE connection" : refused.get());
        }
        try {
            watch = host.mounts().add(covering.directory(), told, ended);
        } catch (IOException e) {
            end();
            throw e;
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
        boolean ended;
        try {
            // Only a reader begins to wait for the disk.
            long begun = System.nanoTime();
            ended = readers.await(STOP_LIMIT) && disk.end(STOP_LIMIT.minusNanos(System.nanoTime() - begun));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
        if (!ended) {
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
