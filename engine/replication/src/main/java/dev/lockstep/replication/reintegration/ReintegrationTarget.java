package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.WholeObject;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.replication.ReplicationSettings;
import dev.lockstep.replication.session.Notes;
import dev.lockstep.replication.track.DirtyMap;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;
import dev.lockstep.replication.wire.ObjectCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries out the source's requests on the local trees. What changes something is done on the transport's thread, in the order of
 * the frames; what only reads, or waits for the disk, is done beside it.
 */
public final class ReintegrationTarget {
    /** Linux: a hole punched without changing the size. */
    private static final int PUNCH_KEEP_SIZE = 3;

    private static final int EOPNOTSUPP = 95;
    private static final int ENTRIES_MAX = 16_000_000;

    /** Ids of created objects in one answer; beyond that the answer is DONE and the source compares every entry. */
    private static final int CREATED_MAX = 100_000;

    private static final int ZEROS = 256 * 1024;

    /** To seal a file twice does no harm. */
    private static final int SEALED_MAX = 100_000;

    private final ReplicationLink link;
    private final List<BackingTree> trees;
    private final DirtyMap map;
    private final AtomicLong bytes = new AtomicLong();

    private final Object turn = new Object();

    // guarded by turn
    private boolean stopped;

    private int listingTree;
    private long listingDirectory;
    private byte listingType;
    private final List<DirectoryEntry> listing = new ArrayList<>();

    /** Files that content has come for and whose state has not; ids are unique in all trees. */
    private final Set<Long> sealed = new HashSet<>();

    /** Obeys the source at the other end of a link. */
    public ReintegrationTarget(ReplicationLink link, List<BackingTree> trees, DirtyMap map) {
        this.link = link;
        this.trees = trees;
        this.map = map;
    }

    /** Bytes of data received. */
    public long bytes() {
        return bytes.get();
    }

    /** Moves what every tree holds out of the way. @return how many entries were moved */
    public int setAside(String label) throws FileSystemFailure {
        int moved = 0;
        for (BackingTree tree : trees) {
            moved += tree.moveToAttic(label);
        }
        return moved;
    }

    /** Which trees are empty. */
    public boolean[] empty() throws FileSystemFailure {
        boolean[] empty = new boolean[trees.size()];
        for (int i = 0; i < empty.length; i++) {
            empty[i] = trees.get(i).entries(StableId.ROOT).isEmpty();
        }
        return empty;
    }

    /** Returns when nothing is changed any more, and nothing will be. */
    public void stop() {
        synchronized (turn) {
            stopped = true;
        }
    }

    /** Does what a request that changes the trees asks for, and answers. */
    public void change(FrameReader in) throws MalformedFrame {
        synchronized (turn) {
            if (!stopped) {
                changeNow(in);
            }
        }
    }

    private void changeNow(FrameReader in) throws MalformedFrame {
        int number = in.number();
        try {
            switch (in.type()) {
                case Frame.PARK, Frame.ADOPT -> list(in);
                case Frame.MAKE -> make(in);
                case Frame.STATE -> {
                    BackingTree tree = trees.get(in.tree(trees.size()));
                    ObjectState state = ObjectCodec.state(in);
                    in.end();
                    tree.setState(state);
                    sealed.remove(state.id());
                    answer(Frame.DONE, number);
                }
                case Frame.TIGHTEN -> {
                    BackingTree tree = trees.get(in.tree(trees.size()));
                    ObjectState wanted = ObjectCodec.state(in);
                    in.end();
                    tree.tighten(wanted);
                    answer(Frame.DONE, number);
                }
                case Frame.DATA -> {
                    int tree = in.tree(trees.size());
                    long id = in.id();
                    long offset = in.positive("an offset");
                    ByteBuffer data = in.rest();
                    bytes.addAndGet(data.remaining());
                    seal(tree, id);
                    trees.get(tree).apply(new Mutation.Write(tree, id, offset, data, false, false));
                    answer(Frame.DONE, number);
                }
                case Frame.HOLE -> {
                    int tree = in.tree(trees.size());
                    long id = in.id();
                    long offset = in.positive("an offset");
                    long length = in.positive("a length");
                    in.end();
                    punch(tree, id, offset, length);
                    answer(Frame.DONE, number);
                }
                case Frame.RESERVE -> {
                    BackingTree tree = trees.get(in.tree(trees.size()));
                    long id = in.id();
                    long size = in.positive("a size");
                    List<ByteRange> wanted = ranges(in);
                    in.end();
                    tree.reserve(id, size, wanted);
                    answer(Frame.DONE, number);
                }
                default -> throw new MalformedFrame("a frame of type " + in.type() + " does not belong here");
            }
        } catch (IOException e) {
            failed(number, e);
        }
    }

    private static List<ByteRange> ranges(FrameReader in) throws MalformedFrame {
        int count = in.count(16);
        List<ByteRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ByteRange range = new ByteRange(in.positive("an offset"), in.positive("a length"));
            if (range.length() == 0 || range.end() < 0) {
                throw new MalformedFrame("a range of " + range.length() + " bytes at " + range.offset());
            }
            ranges.add(range);
        }
        return ranges;
    }

    /** A comparison asked for, to be answered on another thread. */
    public Runnable compare(FrameReader in) throws MalformedFrame {
        int number = in.number();
        int tree = in.tree(trees.size());
        long id = in.id();
        long offset = in.positive("an offset");
        int length = in.i32();
        in.end();
        if (length <= 0 || length > ReplicationSettings.PACKET_MAX || offset + length < 0) {
            throw new MalformedFrame("a comparison of " + length + " bytes is asked for");
        }
        return () -> {
            try {
                ByteBuffer data = ByteBuffer.allocateDirect(length);
                trees.get(tree).readStored(id, offset, data);
                byte[] hashes = Blocks.hash(data.flip());
                Notes.send(
                        link,
                        Frame.SIGNATURES,
                        number,
                        4 + hashes.length,
                        out -> out.putInt(hashes.length).put(hashes));
            } catch (FileSystemFailure e) {
                failed(number, e);
            }
        };
    }

    /** Answers that something was done. */
    public void answer(byte type, int number) {
        Notes.send(link, type, number, 0, _ -> {});
    }

    /** Answers that something could not be done. */
    public void failed(int number, IOException e) {
        int errno = e instanceof FileSystemFailure failure ? failure.errno() : FileSystemFailure.EIO;
        if (errno == FileSystemFailure.ENOENT) {
            answer(Frame.ABSENT, number);
            return;
        }
        byte[] text = ObjectCodec.text(String.valueOf(e.getMessage()));
        Notes.send(link, Frame.FAILED, number, 4 + 2 + text.length, out -> {
            out.putInt(errno);
            ObjectCodec.putText(out, text);
        });
    }

    private void list(FrameReader in) throws MalformedFrame, IOException {
        int tree = in.tree(trees.size());
        long directory = in.id();
        boolean more = in.u8() != 0;
        if (listing.isEmpty()) {
            listingTree = tree;
            listingDirectory = directory;
            listingType = in.type();
        } else if (listingTree != tree || listingDirectory != directory || listingType != in.type()) {
            throw new MalformedFrame("the listing of a directory is interrupted by another one");
        }
        while (in.remaining() > 0) {
            if (listing.size() >= ENTRIES_MAX) {
                throw new MalformedFrame("a directory with more than " + ENTRIES_MAX + " entries");
            }
            listing.add(ObjectCodec.entry(in));
        }
        if (more) {
            answer(Frame.DONE, in.number());
            return;
        }
        List<DirectoryEntry> wanted = List.copyOf(listing);
        listing.clear();
        if (in.type() == Frame.PARK) {
            trees.get(tree).park(directory, wanted);
            answer(Frame.DONE, in.number());
        } else {
            adopt(in.number(), tree, directory, wanted);
        }
    }

    private void adopt(int number, int tree, long directory, List<DirectoryEntry> wanted) throws IOException {
        BackingTree backing = trees.get(tree);
        owe(tree, wanted);
        backing.park(directory, wanted);
        List<Long> created = backing.adopt(directory, wanted);
        if (created.size() > CREATED_MAX) {
            answer(Frame.DONE, number);
            return;
        }
        created(number, created);
    }

    private void make(FrameReader in) throws MalformedFrame, IOException {
        int tree = in.tree(trees.size());
        long directory = in.id();
        List<WholeObject> wanted = new ArrayList<>();
        long content = 0;
        while (in.remaining() > 0) {
            WholeObject one = ObjectCodec.whole(in);
            content += one.content().remaining();
            wanted.add(one);
        }
        bytes.addAndGet(content);
        owe(tree, wanted.stream().map(WholeObject::entry).toList());
        created(in.number(), trees.get(tree).make(directory, wanted));
    }

    /** Objects made here are owed everything, also if this copy is cut off and begun again. */
    private void owe(int tree, List<DirectoryEntry> wanted) throws IOException {
        if (map.tracks()) {
            long position = 0;
            for (DirectoryEntry entry : wanted) {
                if (!trees.get(tree).contains(entry.id())) {
                    position = Math.max(position, map.coverAll(map.inPair(), tree, entry.id()));
                }
            }
            map.await(map.inPair(), position);
        }
    }

    private void created(int number, List<Long> created) {
        Notes.send(link, Frame.CREATED, number, 4 + 8 * created.size(), out -> {
            out.putInt(created.size());
            created.forEach(out::putLong);
        });
    }

    /** What comes may be for fewer eyes than what was there: who they are is known when all of it has come. */
    private void seal(int tree, long id) throws FileSystemFailure {
        if (sealed.size() >= SEALED_MAX) {
            sealed.clear();
        }
        if (sealed.add(id)) {
            trees.get(tree).seal(id);
        }
    }

    private void punch(int tree, long id, long offset, long length) throws FileSystemFailure {
        BackingTree backing = trees.get(tree);
        long size = backing.state(id).attributes().size();
        long end = Math.min(size, offset + length);
        if (offset >= end) {
            return;
        }
        long data = backing.nextData(id, offset);
        if (data < 0 || data >= end) {
            return;
        }
        try {
            backing.apply(new Mutation.Allocate(tree, id, PUNCH_KEEP_SIZE, offset, end - offset, false));
        } catch (FileSystemFailure e) {
            if (e.errno() != EOPNOTSUPP) {
                throw e;
            }
            ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
            for (long at = offset; at < end; at += ZEROS) {
                zeros.clear().limit((int) Math.min(ZEROS, end - at));
                backing.apply(new Mutation.Write(tree, id, at, zeros, false, false));
            }
        }
    }
}
