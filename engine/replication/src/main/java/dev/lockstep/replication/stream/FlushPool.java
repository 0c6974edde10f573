package dev.lockstep.replication.stream;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Puts objects on disk beside the applier. Requests for an object are one flush until it has been begun, and wait for its end after
 * that: two flushes of one file at the same time may share its descriptor, and the system tells an error of the disk to one of them
 * only. Whoever is told of a failure has been told before the next flush of the object begins. Requests are bounded by what a primary
 * lets wait ({@link PrimaryStream#PENDING_MAX}) and one that is anticipated for each object.
 *
 * <p>Thread-safe.
 */
public final class FlushPool {
    /** Objects flushed at the same time. The disk makes one flush of what it is asked for at once; each takes a thread until it ends. */
    private static final int AT_ONCE = 32;

    private static final long IDLE_SECONDS = 10;

    private final ExecutorService threads;
    private final Consumer<String> refusals;

    /** Those who wait for the next flush of an object; nobody while the only one is under way. */
    private final Map<Key, List<Part>> waiting = new HashMap<>();

    /** Who wants to know. */
    @FunctionalInterface
    public interface Flushed {
        /** Everything asked for is on disk, or could not be put there. */
        void done(FileSystemFailure failure);
    }

    private record Key(int tree, long id) {}

    /** One object of a request. */
    private record Part(
            boolean dataOnly, AtomicInteger open, AtomicReference<FileSystemFailure> failure, Flushed flushed) {
        void done(FileSystemFailure failed) {
            if (failed != null) {
                failure.compareAndSet(null, failed);
            }
            if (open.decrementAndGet() == 0) {
                flushed.done(failure.get());
            }
        }
    }

    /** Threads to flush on: as many as there are flushes at once, and none after a while without any. */
    public static ExecutorService threads(String name) {
        AtomicInteger number = new AtomicInteger();
        ForkJoinPool.ForkJoinWorkerThreadFactory factory = pool -> {
            ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
            thread.setName(name + number.getAndIncrement());
            return thread;
        };
        return new ForkJoinPool(AT_ONCE, factory, null, true, 0, AT_ONCE, 0, null, IDLE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Flushes on these threads; their owner ends them.
     *
     * @param refusals told what the disk did not take, before anybody else is
     */
    public FlushPool(ExecutorService threads, Consumer<String> refusals) {
        this.threads = threads;
        this.refusals = refusals;
    }

    /**
     * Flushes some objects of a tree, then tells.
     *
     * @param dataOnly whether the content and what is needed to read it are enough, as for fdatasync(2): a file overwritten in
     *     place then costs its blocks, not a commit of the file system's journal for the time of the write
     */
    public void flush(BackingTree backing, int tree, long[] objects, boolean dataOnly, Flushed flushed) {
        AtomicInteger open = new AtomicInteger(objects.length);
        AtomicReference<FileSystemFailure> failure = new AtomicReference<>();
        for (long object : objects) {
            Key key = new Key(tree, object);
            boolean idle;
            synchronized (waiting) {
                List<Part> parts = waiting.get(key);
                idle = parts == null;
                if (idle) {
                    parts = new ArrayList<>(2);
                    waiting.put(key, parts);
                }
                parts.add(new Part(dataOnly, open, failure, flushed));
            }
            if (idle) {
                threads.execute(() -> flushNow(backing, key));
            }
        }
    }

    private void flushNow(BackingTree backing, Key key) {
        List<Part> parts;
        synchronized (waiting) {
            parts = waiting.put(key, new ArrayList<>(2));
        }
        try {
            boolean dataOnly = parts.stream().allMatch(Part::dataOnly);
            FileSystemFailure failure = flush(backing, new Mutation.Flush(key.tree(), key.id(), dataOnly));
            for (Part part : parts) {
                part.done(failure);
            }
        } finally {
            next(backing, key);
        }
    }

    private void next(BackingTree backing, Key key) {
        boolean more;
        synchronized (waiting) {
            more = !waiting.get(key).isEmpty();
            if (!more) {
                waiting.remove(key);
            }
        }
        if (more) {
            try {
                threads.execute(() -> flushNow(backing, key));
            } catch (RejectedExecutionException e) {
                // the engine ends: what was asked for before is still done
                flushNow(backing, key);
            }
        }
    }

    private FileSystemFailure flush(BackingTree backing, Mutation.Flush flush) {
        try {
            backing.apply(flush);
            return null;
        } catch (FileSystemFailure e) {
            // an object without a name needs no durability: it is gone after a crash anyway
            if (e.errno() == FileSystemFailure.ENOENT && !backing.contains(flush.id())) {
                return null;
            }
            refusals.accept("flush of " + backing.describe(flush.id()) + ", errno " + e.errno());
            return e;
        } catch (RuntimeException e) {
            return new FileSystemFailure(FileSystemFailure.EIO, "a flush met a defect of this program (" + e + ") and");
        }
    }
}
