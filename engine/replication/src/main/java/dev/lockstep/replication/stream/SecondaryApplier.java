package dev.lockstep.replication.stream;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;
import dev.lockstep.replication.wire.MutationCodec;
import dev.lockstep.replication.wire.ObjectCodec;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Applies the primary's mutations in the order of their sequence, on the transport's thread: handing a small operation to
 * another thread costs more than the operation, and a full pipe is the back-pressure we want. Only flushes go elsewhere. An object
 * that is written and flushed in a rhythm is flushed after the write already, before the primary asks.
 */
public final class SecondaryApplier {
    private static final int ACK_BYTES = Frame.HEADER + 8;

    private final ReplicationLink link;
    private final List<BackingTree> trees;
    private final FlushPool flushes;
    private final Watcher watcher;
    private final Object turn = new Object();

    // guarded by turn
    private final RecentFlushes recent = new RecentFlushes();
    private long expected = 1;

    /** Written in turn only. */
    private volatile boolean stopped;

    private volatile long applied;
    private volatile long appliedBytes;

    /** Told when this copy cannot follow any more. */
    @FunctionalInterface
    public interface Watcher {
        /** A mutation could not be applied, or not flushed. Called once. */
        void cannotFollow(String reason);
    }

    /** Expects sequence 1 first. */
    public SecondaryApplier(ReplicationLink link, List<BackingTree> trees, FlushPool flushes, Watcher watcher) {
        this.link = link;
        this.trees = trees;
        this.flushes = flushes;
        this.watcher = watcher;
    }

    /** Applies one mutation. */
    public void received(FrameReader in) throws MalformedFrame {
        boolean durable = (in.number() & MutationCodec.WANT_DURABLE) != 0;
        long sequence = in.i64();
        Mutation mutation = MutationCodec.read(in, trees.size());
        String failure = null;
        synchronized (turn) {
            if (stopped) {
                return;
            }
            if (sequence != expected) {
                throw new MalformedFrame("mutation " + sequence + " arrived where " + expected + " was expected");
            }
            expected++;
            try {
                if (mutation instanceof Mutation.Flush flush) {
                    count(mutation);
                    flush(flush, sequence, durable);
                } else {
                    apply(mutation, sequence, durable);
                }
            } catch (FileSystemFailure e) {
                failure = failed(mutation, sequence, e);
            }
        }
        if (failure != null) {
            watcher.cannotFollow(failure);
        }
    }

    /** Returns when no mutation is being applied any more, and none will be. */
    public void stop() {
        synchronized (turn) {
            stopped = true;
        }
    }

    /** Mutations applied. */
    public long applied() {
        return applied;
    }

    /** Bytes of data of those. */
    public long appliedBytes() {
        return appliedBytes;
    }

    private void apply(Mutation mutation, long sequence, boolean durable) throws FileSystemFailure {
        RecentFlushes.Recent object = recent.find(mutation);
        boolean plainWrite = mutation instanceof Mutation.Write && !durable;
        if (object != null) {
            object.changing(plainWrite);
        }
        trees.get(mutation.tree()).apply(mutation);
        count(mutation);
        if (durable) {
            flush(mutation, sequence);
            return;
        }
        acknowledge(Frame.APPLIED, sequence);
        AnticipatedFlush begun = object != null && plainWrite ? object.written() : null;
        if (begun != null) {
            long[] written = {Objects.of(mutation)};
            flushes.flush(
                    trees.get(mutation.tree()),
                    mutation.tree(),
                    written,
                    true,
                    failure -> anticipated(begun, sequence, failure));
        }
    }

    /** In turn, under which alone the volatile counters are written. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void count(Mutation mutation) {
        applied = applied + 1;
        appliedBytes = appliedBytes + MutationCodec.payload(mutation);
    }

    private void flush(Mutation.Flush flush, long sequence, boolean durable) {
        if (!durable) {
            acknowledge(Frame.APPLIED, sequence);
            return;
        }
        AnticipatedFlush begun = recent.asked(flush);
        if (begun == null) {
            flush(flush, sequence);
        } else if (begun.join(sequence)) {
            acknowledge(Frame.DURABLE, sequence);
        }
    }

    private void flush(Mutation mutation, long sequence) {
        flushes.flush(
                trees.get(mutation.tree()),
                mutation.tree(),
                Objects.toFlush(mutation),
                Objects.dataOnly(mutation),
                failure -> flushed(sequence, failure));
    }

    /** Nothing that a failed flush may have lost is left to the flush after it: whether somebody has asked or not, it counts. */
    private void anticipated(AnticipatedFlush flush, long sequence, FileSystemFailure failure) {
        List<Long> asked = flush.end(failure == null);
        if (failure != null) {
            flushed(sequence, failure);
        } else {
            asked.forEach(one -> flushed(one, null));
        }
    }

    private void flushed(long sequence, FileSystemFailure failure) {
        if (failure == null) {
            // after a failed flush the system may call the next one good although pages were lost
            if (!stopped) {
                acknowledge(Frame.DURABLE, sequence);
            }
            return;
        }
        String text;
        synchronized (turn) {
            if (stopped) {
                return;
            }
            text = reject(sequence, failure);
        }
        watcher.cannotFollow(text);
    }

    /** @return why this copy cannot follow any more, or null if it can */
    private String failed(Mutation mutation, long sequence, FileSystemFailure e) {
        long object = Objects.of(mutation);
        boolean absent = e.errno() == FileSystemFailure.ENOENT
                && object != StableId.NONE
                && !trees.get(mutation.tree()).contains(object);
        if (absent) {
            // an open file without a name exists on the primary only; the primary knows whether this is one
            acknowledge(Frame.MISSING, sequence);
            return null;
        }
        return reject(sequence, e);
    }

    private String reject(long sequence, FileSystemFailure e) {
        stopped = true;
        byte[] text = ObjectCodec.text(e.getMessage());
        ByteBuffer frame = link.allocate(ACK_BYTES + 4 + 2 + text.length);
        int start = frame.position();
        Frame.header(frame, Frame.REJECTED, 0);
        frame.putLong(sequence).putInt(e.errno());
        ObjectCodec.putText(frame, text);
        link.send(frame.limit(frame.position()).position(start));
        return e.getMessage();
    }

    private void acknowledge(byte type, long sequence) {
        ByteBuffer frame = link.allocate(ACK_BYTES);
        int start = frame.position();
        Frame.header(frame, type, 0);
        frame.putLong(sequence);
        link.send(frame.limit(frame.position()).position(start));
    }
}
