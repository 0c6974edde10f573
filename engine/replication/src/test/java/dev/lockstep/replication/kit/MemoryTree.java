package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A backing tree in memory that loses what was not flushed when it crashes: metadata go back to an earlier moment since the last
 * flush, each unflushed page of data is kept or lost by itself. After {@link #crash} this object is dead, as a tree of a host that
 * lost its power; what survived is returned.
 *
 * <p>Thread-safe.
 */
public final class MemoryTree implements BackingTree {

    private final ObjectTable table = new ObjectTable();
    private final MemoryMutations mutations = new MemoryMutations(table);
    private final MemoryAdoption adoption = new MemoryAdoption(table);
    private final Map<Long, MemoryObject> objects = table.objects;
    private final Set<Long> limbo = table.limbo;
    private final List<MemoryTree> attic = new ArrayList<>();
    private final Journal journal = table.journal;
    private final Faults faults;
    private Unguarded unguarded = Unguarded.NOTHING;
    private boolean dead;
    /** Linux tells a failed write once for the file and once for its file system. */
    private boolean untold;

    /** An empty tree. */
    public MemoryTree(Faults faults) {
        this.faults = faults;
        table.makeTop(StableId.ROOT);
        table.makeTop(StableId.CRADLE);
    }

    /** Bytes of data the tree takes before it answers ENOSPC. */
    public synchronized void capacity(long bytes) {
        table.capacity = bytes;
    }

    /** What {@link #changedUnguarded} answers. */
    public synchronized void unguarded(Unguarded changed) {
        unguarded = changed;
    }

    /** How many trees were moved to the attic. */
    public synchronized int atticSize() {
        return attic.size();
    }

    /** Somebody has been told that a flush failed. */
    synchronized void tellErrors() {
        untold = false;
    }

    /** Objects there are. */
    public synchronized int size() {
        return objects.size();
    }

    /** Objects in limbo. */
    public synchronized int limboSize() {
        return limbo.size();
    }

    /** Power off. @return the tree as the disk has it */
    public synchronized MemoryTree crash(Random random) {
        dead = true;
        journal.crash(random);
        MemoryTree survivor = new MemoryTree(faults);
        survivor.objects.clear();
        objects.forEach((id, object) -> survivor.objects.put(id, object.afterCrash(random)));
        survivor.limbo.addAll(limbo);
        survivor.table.capacity = table.capacity;
        survivor.table.dropUnnamed();
        return survivor;
    }

    /** The process ended, the host did not: everything written is there. */
    public synchronized MemoryTree restart() {
        MemoryTree same = new MemoryTree(faults);
        dead = true;
        same.objects.clear();
        same.objects.putAll(objects);
        same.limbo.addAll(limbo);
        same.table.capacity = table.capacity;
        same.journal.take(journal);
        same.table.dropUnnamed();
        return same;
    }

    private void alive(String operation) throws FileSystemFailure {
        alive(operation, List.of());
    }

    /** A failure to write to the disk: memory keeps showing what the disk does not have, and no later flush writes it. */
    private void alive(String operation, Collection<MemoryObject> written) throws FileSystemFailure {
        if (dead) {
            throw new FileSystemFailure(FileSystemFailure.EIO, operation + " on a dead host");
        }
        Optional<Integer> errno = faults.hit("tree." + operation);
        if (errno.isPresent()) {
            written.forEach(MemoryObject::lose);
            untold |= operation.equals("apply-Flush");
            throw new FileSystemFailure(errno.get(), operation);
        }
    }

    @Override
    public void apply(Mutation mutation) throws FileSystemFailure {
        if (mutation instanceof Mutation.Flush flush) {
            flush(flush.id());
            return;
        }
        faults.takeTime("tree.apply-" + mutation.getClass().getSimpleName());
        synchronized (this) {
            alive("apply-" + mutation.getClass().getSimpleName());
            journal.atomically(() -> mutations.apply(mutation));
            if (mutation instanceof Mutation.Write write && write.durable()) {
                journal.settle();
            }
        }
    }

    /** What was there when it began is on disk when it ends. */
    private void flush(long id) throws FileSystemFailure {
        MemoryObject object;
        MemoryObject.Unflushed pages;
        long moment;
        synchronized (this) {
            alive("apply-Flush", Optional.ofNullable(objects.get(id)).stream().toList());
            object = table.object(id, "flush");
            pages = object.unflushed();
            moment = journal.moment();
        }
        faults.takeTime("tree.apply-Flush");
        synchronized (this) {
            if (dead) {
                throw new FileSystemFailure(FileSystemFailure.EIO, "flush on a dead host");
            }
            object.flushed(pages);
            journal.settle(moment);
        }
    }

    /** An application has this file open: it outlives its names until the process ends. */
    public synchronized void hold(long id) {
        MemoryObject object = objects.get(id);
        if (object != null) {
            object.held = true;
        }
    }

    @Override
    public synchronized void syncAll() throws FileSystemFailure {
        alive("sync", objects.values());
        objects.values().forEach(MemoryObject::flush);
        journal.settle();
        if (untold) {
            untold = false;
            throw new FileSystemFailure(FileSystemFailure.EIO, "sync after a flush that failed");
        }
    }

    @Override
    public synchronized boolean contains(long id) {
        return objects.containsKey(id);
    }

    @Override
    public synchronized ObjectState state(long id) throws FileSystemFailure {
        alive("state");
        return table.object(id, "state").state();
    }

    @Override
    public synchronized List<DirectoryEntry> entries(long directory) throws FileSystemFailure {
        alive("entries");
        List<DirectoryEntry> list = new ArrayList<>();
        table.directory(directory, "entries").entries.forEach((name, id) -> {
            MemoryObject object = objects.get(id);
            list.add(new DirectoryEntry(name.bytes(), id, object.kind, object.device, object.linkTarget));
        });
        return list;
    }

    @Override
    public synchronized int read(long id, long offset, ByteBuffer target) throws FileSystemFailure {
        alive("read");
        return table.object(id, "read").read(offset, target);
    }

    @Override
    public synchronized int readStored(long id, long offset, ByteBuffer target) throws FileSystemFailure {
        table.object(id, "read").forget();
        return read(id, offset, target);
    }

    @Override
    public synchronized long nextData(long id, long offset) throws FileSystemFailure {
        return table.object(id, "seek").nextData(offset);
    }

    @Override
    public synchronized long nextHole(long id, long offset) throws FileSystemFailure {
        return table.object(id, "seek").nextHole(offset);
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public String describe(long id) {
        return "#" + id;
    }

    @Override
    public synchronized void setState(ObjectState state) throws FileSystemFailure {
        alive("set-state");
        journal.atomically(() -> table.setState(state));
    }

    @Override
    public synchronized List<ByteRange> reserved(long id) throws FileSystemFailure {
        alive("reserved");
        return List.copyOf(table.file(id, "reserved").reserved);
    }

    @Override
    public synchronized void reserve(long id, long size, List<ByteRange> wanted) throws FileSystemFailure {
        alive("reserve");
        table.file(id, "reserve").reserved = List.copyOf(wanted);
    }

    @Override
    public synchronized void tighten(ObjectState wanted) throws FileSystemFailure {
        alive("tighten");
        journal.atomically(() -> table.tighten(wanted));
    }

    @Override
    public synchronized void seal(long id) throws FileSystemFailure {
        alive("seal");
        journal.atomically(() -> table.seal(id));
    }

    @Override
    public synchronized void park(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        alive("park");
        adoption.park(directory, wanted);
    }

    @Override
    public synchronized List<Long> adopt(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        alive("adopt");
        return adoption.adopt(directory, wanted);
    }

    @Override
    public synchronized void clearLimbo() throws FileSystemFailure {
        alive("clear-limbo");
        adoption.clearLimbo();
    }

    @Override
    public synchronized int moveToAttic(String label) throws FileSystemFailure {
        alive("attic");
        MemoryObject root = objects.get(StableId.ROOT);
        int moved = root.entries.size();
        if (moved > 0) {
            MemoryTree aside = new MemoryTree(faults);
            aside.objects.putAll(objects);
            attic.add(aside);
            Map<Long, MemoryObject> nameless = new HashMap<>();
            MemoryObject cradle = objects.get(StableId.CRADLE);
            cradle.entries.values().forEach(id -> nameless.put(id, objects.get(id)));
            objects.clear();
            limbo.clear();
            table.makeTop(StableId.ROOT);
            objects.put(StableId.CRADLE, cradle);
            objects.putAll(nameless);
            journal.settle();
        }
        return moved;
    }

    @Override
    public void walk(Visitor visitor) throws IOException {
        Deque<Long> waiting = new ArrayDeque<>(List.of(StableId.ROOT, StableId.CRADLE));
        Set<Long> seen = new LinkedHashSet<>();
        while (!waiting.isEmpty()) {
            long id = waiting.poll();
            ObjectKind kind;
            List<Long> children;
            synchronized (this) {
                alive("walk");
                MemoryObject object = objects.get(id);
                if (object == null || !seen.add(id)) {
                    continue;
                }
                kind = object.kind;
                children = List.copyOf(object.entries.values());
            }
            visitor.visit(id, kind);
            waiting.addAll(children);
        }
    }

    @Override
    public long freeBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public synchronized Unguarded changedUnguarded() {
        return unguarded;
    }

    /** A text that is equal for two trees exactly when everything replicated is equal. */
    public synchronized List<String> image() {
        return table.image();
    }

    /** The object with a name in a directory, if any. */
    public synchronized Optional<Long> lookup(long directory, byte[] name) {
        MemoryObject object = objects.get(directory);
        return object == null ? Optional.empty() : Optional.ofNullable(object.entries.get(new Name(name)));
    }
}
