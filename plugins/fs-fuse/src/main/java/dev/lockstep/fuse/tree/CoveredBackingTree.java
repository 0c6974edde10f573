package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.WholeObject;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The replication engine's view of a covered directory. */
public final class CoveredBackingTree implements BackingTree {
    private static final String OPERATION = "BACKING";
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int ENXIO = 6;
    /** Unit in which the system counts the space of a file. */
    private static final long BLOCK = 512;

    private static final long STATFS_SIZE = 120;
    /** The largest piece in which Linux keeps a file in memory (a huge page); it lets go of whole pieces only. */
    private static final long PIECE = 2 << 20;

    private static final byte[] NO_TARGET = {};
    private static final ThreadLocal<Status> STATUS = ThreadLocal.withInitial(Status::new);

    private final CoveredTree tree;
    private final String location;
    private final Unguarded unguarded;
    private final FileCalls files;
    private final AttributeCalls attributes;
    private final DirectoryLister lister;
    private final MutationApplier applier;
    private final ObjectStates states;
    private final Reintegration reintegration;
    private final Protection protection;
    private final Narrowing narrowing;
    private final ReservedSpace space;

    /** The view of a tree whose index is built. */
    public CoveredBackingTree(CoveredTree tree, String location, Unguarded unguarded) {
        this.tree = tree;
        this.location = location;
        this.unguarded = unguarded;
        files = tree.calls().files();
        attributes = tree.calls().attributes();
        lister = new DirectoryLister(files);
        applier = new MutationApplier(tree);
        states = new ObjectStates(tree);
        reintegration = new Reintegration(tree);
        protection = new Protection(tree);
        narrowing = new Narrowing(tree);
        space = new ReservedSpace(tree);
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public void apply(Mutation mutation) throws FileSystemFailure {
        protection.overcome(
                () -> {
                    applier.apply(mutation);
                    return mutation;
                },
                () -> Protection.touched(mutation));
    }

    @Override
    public void syncAll() throws FileSystemFailure {
        Failures.check(OPERATION, files.syncfs(OPERATION, tree.root()));
    }

    @Override
    public boolean contains(long id) {
        return tree.index().contains(id);
    }

    @Override
    public ObjectState state(long id) throws FileSystemFailure {
        return states.read(OPERATION, id);
    }

    @Override
    public List<DirectoryEntry> entries(long directory) throws FileSystemFailure {
        List<DirectoryEntry> entries = new ArrayList<>();
        Status status = new Status();
        int opened = tree.open(directory, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        Failures.check(OPERATION, opened);
        try {
            for (byte[] name : lister.names(OPERATION, opened)) {
                if (CoveredTree.isHidden(directory, name)) {
                    continue;
                }
                int result = attributes.status(OPERATION, opened, name, status);
                if (result == -Errno.ENOENT) {
                    continue;
                }
                Failures.check(OPERATION, result);
                long id = tree.identify(OPERATION, opened, name, status);
                if (id == -Errno.ENOENT) {
                    continue;
                }
                Failures.check(OPERATION, id);
                if (!StableId.isLocal(id)) {
                    entries.add(entry(opened, name, id, status));
                }
            }
        } finally {
            files.close(OPERATION, opened);
        }
        return entries;
    }

    private DirectoryEntry entry(int directory, byte[] name, long id, Status status) throws FileSystemFailure {
        ObjectKind kind = ObjectKind.ofMode(status.mode());
        byte[] target = NO_TARGET;
        if (kind == ObjectKind.SYMBOLIC_LINK) {
            target = tree.calls().names().readLink(OPERATION, directory, name);
            if (target == null) {
                throw new FileSystemFailure(Errno.ENOENT, OPERATION);
            }
        }
        return new DirectoryEntry(name, id, kind, status.deviceNumber(), target);
    }

    @Override
    public int read(long id, long offset, ByteBuffer target) throws FileSystemFailure {
        try (Descriptor file = tree.readable(id)) {
            return readFully(Failures.descriptor(OPERATION, file), offset, target);
        }
    }

    private int readFully(int file, long offset, ByteBuffer target) throws FileSystemFailure {
        if (target.isDirect()) {
            int done = readFully(file, offset, MemorySegment.ofBuffer(target));
            target.position(target.position() + done);
            return done;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment direct = arena.allocate(target.remaining());
            int done = readFully(file, offset, direct);
            target.put(direct.asSlice(0, done).asByteBuffer());
            return done;
        }
    }

    /** What one call gives; whoever asks knows by the size whether that was all. */
    private int readOnce(int file, ByteBuffer target) throws FileSystemFailure {
        if (!target.isDirect()) {
            return readFully(file, 0, target);
        }
        MemorySegment memory = MemorySegment.ofBuffer(target);
        int done = (int) Failures.check(OPERATION, files.pread(OPERATION, file, memory, 0, memory.byteSize(), 0));
        target.position(target.position() + done);
        return done;
    }

    private int readFully(int file, long offset, MemorySegment target) throws FileSystemFailure {
        long wanted = target.byteSize();
        long done = 0;
        while (done < wanted) {
            long count =
                    Failures.check(OPERATION, files.pread(OPERATION, file, target, done, wanted - done, offset + done));
            if (count == 0) {
                break;
            }
            done += count;
        }
        return (int) done;
    }

    @Override
    public Optional<ObjectState> readWhole(long id, ByteBuffer target) throws FileSystemFailure {
        int start = target.position();
        int file = tree.open(id, OpenFlags.RDONLY | OpenFlags.NONBLOCK);
        Failures.check(OPERATION, file);
        boolean whole = false;
        try {
            int length = readOnce(file, target);
            Status status = STATUS.get();
            ObjectState state = states.read(OPERATION, id, file, status);
            whole = status.size() == length && status.blocks() * BLOCK >= length && !space.isReserved(file, status);
            return whole ? Optional.of(state) : Optional.empty();
        } finally {
            files.close(OPERATION, file);
            if (!whole) {
                target.position(start);
            }
        }
    }

    @Override
    public int readStored(long id, long offset, ByteBuffer target) throws FileSystemFailure {
        long from = offset & -PIECE;
        long to = (offset + target.remaining() + PIECE - 1) & -PIECE;
        long length = to < from ? 0 : to - from; // 0 is up to the end
        try (Descriptor file = tree.readable(id)) {
            int descriptor = Failures.descriptor(OPERATION, file);
            Failures.check(OPERATION, files.dontNeed(OPERATION, descriptor, from, length));
        }
        return read(id, offset, target);
    }

    @Override
    public long nextData(long id, long offset) throws FileSystemFailure {
        long result = seek(id, offset, SEEK_DATA);
        return result == -ENXIO ? -1 : Failures.check(OPERATION, result);
    }

    @Override
    public long nextHole(long id, long offset) throws FileSystemFailure {
        long result = seek(id, offset, SEEK_HOLE);
        return result == -ENXIO ? state(id).attributes().size() : Failures.check(OPERATION, result);
    }

    private long seek(long id, long offset, int whence) {
        try (Descriptor file = tree.readable(id)) {
            return file.failed() ? file.number() : files.seek(OPERATION, file.number(), offset, whence);
        }
    }

    @Override
    public String describe(long id) {
        return tree.names().of(id);
    }

    @Override
    public void setState(ObjectState state) throws FileSystemFailure {
        states.write(OPERATION, state);
    }

    @Override
    public List<ByteRange> reserved(long id) throws FileSystemFailure {
        return space.read(id);
    }

    @Override
    public void reserve(long id, long size, List<ByteRange> wanted) throws FileSystemFailure {
        protection.overcome(
                () -> {
                    space.write(id, size, wanted);
                    return id;
                },
                () -> List.of(id));
    }

    @Override
    public void tighten(ObjectState wanted) throws FileSystemFailure {
        protection.overcome(
                () -> {
                    narrowing.tighten(OPERATION, wanted);
                    return wanted;
                },
                () -> List.of(wanted.id()));
    }

    @Override
    public void seal(long id) throws FileSystemFailure {
        protection.overcome(
                () -> {
                    narrowing.seal(OPERATION, id);
                    return id;
                },
                () -> List.of(id));
    }

    @Override
    public void park(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        protection.overcome(
                () -> {
                    reintegration.park(directory, wanted);
                    return directory;
                },
                () -> around(directory, wanted));
    }

    @Override
    public List<Long> adopt(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        return protection.overcome(() -> reintegration.adopt(directory, wanted), () -> around(directory, wanted));
    }

    @Override
    public List<Long> make(long directory, List<WholeObject> wanted) throws FileSystemFailure {
        return protection.overcome(
                () -> reintegration.make(directory, wanted),
                () -> around(directory, wanted.stream().map(WholeObject::entry).toList()));
    }

    /** A directory, what it holds and what it is to hold. */
    private List<Long> around(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        return Stream.of(List.of(directory), ids(entries(directory)), ids(wanted))
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    private static List<Long> ids(List<DirectoryEntry> entries) {
        return entries.stream().map(DirectoryEntry::id).toList();
    }

    @Override
    public void clearLimbo() throws FileSystemFailure {
        reintegration.clearLimbo();
    }

    @Override
    public int moveToAttic(String label) throws FileSystemFailure {
        return protection.overcome(() -> reintegration.moveToAttic(label), () -> around(StableId.ROOT, List.of()));
    }

    @Override
    public void walk(Visitor visitor) throws IOException {
        visitor.visit(StableId.ROOT, ObjectKind.DIRECTORY);
        visitor.visit(StableId.CRADLE, ObjectKind.DIRECTORY);
        LongTable seen = new LongTable(1);
        Deque<Long> pending = new ArrayDeque<>(List.of(StableId.ROOT, StableId.CRADLE));
        while (!pending.isEmpty()) {
            for (DirectoryEntry entry : present(pending.poll())) {
                // An object with several names is visited once.
                if (seen.find(entry.id()) < 0) {
                    seen.findOrAdd(entry.id());
                    visitor.visit(entry.id(), entry.kind());
                    if (entry.kind() == ObjectKind.DIRECTORY) {
                        pending.add(entry.id());
                    }
                }
            }
        }
    }

    /** The entries of a directory, none if it has been removed meanwhile. */
    private List<DirectoryEntry> present(long directory) throws FileSystemFailure {
        try {
            return entries(directory);
        } catch (FileSystemFailure failure) {
            if (failure.errno() == Errno.ENOENT) {
                return List.of();
            }
            throw failure;
        }
    }

    @Override
    public long freeBytes() throws FileSystemFailure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(STATFS_SIZE, 8);
            Failures.check(OPERATION, attributes.fileSystem(OPERATION, tree.root(), result));
            // struct statfs: f_bavail at 32, f_frsize at 72.
            return result.get(ValueLayout.JAVA_LONG, 32) * result.get(ValueLayout.JAVA_LONG, 72);
        }
    }

    @Override
    public Unguarded changedUnguarded() {
        return unguarded;
    }
}
