package dev.lockstep.fuse.mount;

import dev.lockstep.fuse.device.Device;
import dev.lockstep.fuse.tree.KernelReferences;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** What the kernel may have in memory of files that were read, through mappings, while they changed below the mount. */
final class ReadContent {
    /** The kernel waits for reads that are under way, which hang as long as the disk does. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Device device;
    private final KernelReferences references;
    private final FutureTask<Integer> told = new FutureTask<>(this::tell);
    private final Thread teller;

    /** Of one connection. */
    ReadContent(String name, Device device, KernelReferences references) {
        this.device = device;
        this.references = references;
        teller = Thread.ofPlatform().name(name).daemon().unstarted(told);
    }

    /**
     * Lets the kernel read it anew, mappings included. Once.
     *
     * @throws IOException if it did not do so within a while; {@link #await} follows then
     */
    void drop() throws IOException {
        teller.start();
        try {
            int errno = told.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            if (errno != 0) {
                throw new IOException("the kernel keeps what it has read before, errno " + errno);
            }
        } catch (TimeoutException e) {
            throw new IOException("a read has not ended within " + LIMIT.toSeconds() + " s; the disk may hang", e);
        } catch (ExecutionException e) {
            throw new IOException("what the kernel has read before cannot be taken from it", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the kernel was told what it has to read anew");
        }
    }

    /** Waits until nothing is told any more, which is soon after the connection was aborted; whether that came within the time. */
    boolean await(Duration limit) throws InterruptedException {
        return teller.getState() == Thread.State.NEW || teller.join(limit);
    }

    private int tell() {
        AtomicInteger failed = new AtomicInteger();
        references.forEachRead(id -> {
            if (failed.get() == 0) {
                failed.set(device.contentChanged(id));
            }
        });
        return failed.get();
    }
}
