package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.track.LongSet;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.ObjectCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** As many entries of one directory as one frame takes, those of small files with all there is in them. Used once. */
final class EntryBatch {
    /** Of the frame's body: what the link carries in one piece. */
    static final int BYTES = 128 * 1024 - Frame.HEADER;

    /** The largest file that comes whole. */
    private static final int SMALL = 64 * 1024;

    private static final int LENGTH = 4;

    private final CopyTools tools;
    private final RoundOptions options;
    private final ObjectCopier objects;
    private final Place directory;
    private final List<DirectoryEntry> entries;
    private final Contents contents;
    private final List<Long> sent = new ArrayList<>();

    /** Of {@link #sent}: what the target must have made, or it is not what it should be. */
    private final LongSet owed = new LongSet();

    private final List<Place> large = new ArrayList<>();
    private int next;
    private long bytes;

    /** What comes with the entries. */
    enum Contents {
        /** Content and state, where they are small. */
        WHOLE,
        /** Nothing: they are directories, which are to be made. */
        LATER,
        /** Nothing: they are further names of what is there. */
        NONE
    }

    EntryBatch(
            CopyTools tools,
            RoundOptions options,
            ObjectCopier objects,
            FirstCopy.Share share,
            int from,
            Contents contents) {
        this.tools = tools;
        this.options = options;
        this.objects = objects;
        this.directory = share.directory();
        this.entries = share.entries();
        this.next = from;
        this.contents = contents;
    }

    /** The first entry that is not in it. */
    int next() {
        return next;
    }

    /** Bytes of data in it. */
    long bytes() {
        return bytes;
    }

    /** What is still owed its content. */
    List<Place> large() {
        return large;
    }

    /** Fills the frame. */
    void put(ByteBuffer out) throws IOException {
        out.putShort((short) directory.tree()).putLong(directory.id());
        while (next < entries.size() && put(out, entries.get(next))) {
            next++;
        }
    }

    /** @return whether there was room */
    private boolean put(ByteBuffer out, DirectoryEntry entry) throws IOException {
        int start = out.position();
        if (out.remaining() < ObjectCodec.sizeOf(entry) + 1 + LENGTH) {
            return false;
        }
        ObjectCodec.putEntry(out, entry);
        if (contents != Contents.WHOLE) {
            out.put((byte) 0);
            sent(entry, contents == Contents.LATER);
            return true;
        }
        int from = out.position() + 1 + LENGTH;
        out.position(from);
        boolean room = out.remaining() >= SMALL || sent.isEmpty();
        Optional<ObjectState> state;
        try {
            state = read(out, entry);
        } catch (FileSystemFailure e) {
            out.position(start);
            if (e.errno() == FileSystemFailure.ENOENT) {
                // gone meanwhile: the change of its directory is marked
                return true;
            }
            BackingTree backing = tools.trees().get(directory.tree());
            throw new Broken("this node cannot read " + backing.describe(entry.id()) + ": " + e.getMessage());
        }
        int length = out.position() - from;
        boolean fits = state.isPresent() && out.remaining() >= ObjectCodec.sizeOf(state.get());
        room &= state.isEmpty() || sent.isEmpty();
        if (!fits && !room) {
            // in the next frame it may fit
            out.position(start);
            return false;
        }
        if (!fits) {
            out.position(from - LENGTH - 1).put((byte) 0);
            large.add(new Place(directory.tree(), entry.id()));
            sent(entry, false);
            return true;
        }
        out.put(from - LENGTH - 1, (byte) 1).putInt(from - LENGTH, length);
        ObjectCodec.putState(out, state.get());
        sent(entry, true);
        copied(entry, length);
        return true;
    }

    /** Content, then state; empty if that is too much for this frame. */
    private Optional<ObjectState> read(ByteBuffer out, DirectoryEntry entry) throws FileSystemFailure {
        BackingTree backing = tools.trees().get(directory.tree());
        if (entry.kind() != ObjectKind.FILE) {
            return Optional.of(backing.state(entry.id()));
        }
        int limit = out.limit();
        out.limit(Math.min(limit, out.position() + SMALL));
        try {
            return backing.readWhole(entry.id(), out);
        } finally {
            out.limit(limit);
        }
    }

    private void sent(DirectoryEntry entry, boolean complete) {
        sent.add(entry.id());
        if (complete) {
            owed.add(entry.id());
        }
    }

    private void copied(DirectoryEntry entry, int length) {
        Counters counters = tools.counters();
        counters.objects.increment();
        if (entry.kind() == ObjectKind.FILE) {
            bytes += length;
            counters.bytesKnown.add(length);
            counters.bytesCopied.add(length);
            if (length > 0) {
                counters.files.increment();
                options.detail()
                        .accept("Copied " + tools.trees().get(directory.tree()).describe(entry.id()));
            }
        }
    }

    /** On the transport's thread. */
    void answered(Answer answer) {
        if (!(answer instanceof Answer.Created(long[] ids))) {
            objects.mismatch(directory, answer);
            sent.forEach(this::again);
            return;
        }
        objects.created(directory.tree(), ids);
        LongSet made = new LongSet();
        for (long id : ids) {
            made.add(id);
        }
        for (long id : sent) {
            boolean asItShould = switch (contents) {
                case WHOLE, LATER -> !owed.contains(id) || made.contains(id);
                case NONE -> !made.contains(id);
            };
            if (!asItShould) {
                again(id);
            }
        }
    }

    private void again(long id) {
        options.redo().again(directory.tree(), id);
    }
}
