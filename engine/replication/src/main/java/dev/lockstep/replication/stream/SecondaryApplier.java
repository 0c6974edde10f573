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
 * another thread costs more than the operation, and a full pipe is the back-pressure we want. Only flushes go elsewhere.
 */
public final class SecondaryApplier {
    private static final int ACK_BYTES = Frame.HEADER + 8;

    private final ReplicationLink link;
    private final List<BackingTree> trees;
    private final FlushPool flushes;
    private final Watcher watcher;
    private final Object turn = new Object();

    // guarded by turn
    private long expected = 1;
    private boolean stopped;

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
                if (!(mutation instanceof Mutation.Flush)) {
                    trees.get(mutation.tree()).apply(mutation);
                }
                applied = applied + 1;
                appliedBytes = appliedBytes + MutationCodec.payload(mutation);
                if (durable) {
                    flush(mutation, sequence);
                } else {
                    acknowledge(Frame.APPLIED, sequence);
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

    private void flush(Mutation mutation, long sequence) {
        flushes.flush(
                trees.get(mutation.tree()),
                mutation.tree(),
                Objects.toFlush(mutation),
                Objects.dataOnly(mutation),
                failure -> flushed(sequence, failure));
    }

    private void flushed(long sequence, FileSystemFailure failure) {
        if (failure == null) {
            acknowledge(Frame.DURABLE, sequence);
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
