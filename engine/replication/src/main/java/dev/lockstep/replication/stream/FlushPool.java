package dev.lockstep.replication.stream;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Puts objects on disk beside the applier. Several requests for one object that has not been begun are one flush. Requests are
 * bounded by what a primary lets wait ({@link PrimaryStream#PENDING_MAX}).
 *
 * <p>Thread-safe.
 */
public final class FlushPool {
    private final ExecutorService threads;
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

    /** Flushes on these threads; their owner ends them. */
    public FlushPool(ExecutorService threads) {
        this.threads = threads;
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
            boolean first;
            synchronized (waiting) {
                List<Part> parts = waiting.get(key);
                first = parts == null;
                if (first) {
                    parts = new ArrayList<>(2);
                    waiting.put(key, parts);
                }
                parts.add(new Part(dataOnly, open, failure, flushed));
            }
            if (first) {
                threads.execute(() -> flushNow(backing, key));
            }
        }
    }

    private void flushNow(BackingTree backing, Key key) {
        List<Part> parts;
        synchronized (waiting) {
            parts = waiting.remove(key);
        }
        FileSystemFailure failure = null;
        try {
            boolean dataOnly = parts.stream().allMatch(Part::dataOnly);
            backing.apply(new Mutation.Flush(key.tree(), key.id(), dataOnly));
        } catch (FileSystemFailure e) {
            // an object without a name needs no durability: it is gone after a crash anyway
            failure = e.errno() == FileSystemFailure.ENOENT && !backing.contains(key.id()) ? null : e;
        }
        for (Part part : parts) {
            part.done(failure);
        }
    }
}
