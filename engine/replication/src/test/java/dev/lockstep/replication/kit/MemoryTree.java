package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.BackingTree;
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
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A backing tree in memory that loses what was not flushed when it crashes: metadata go back to an earlier moment since the last
 * flush, each unflushed page of data is kept or lost by itself. After {@link #crash} this object is dead, as a tree of a host that
 * lost its power; what survived is returned.
 *
 * <p>Thread-safe.
 */
public final class MemoryTree implements BackingTree {
    private static final int EEXIST = 17;
    private static final int ENOTDIR = 20;
    private static final int EINVAL = 22;
    private static final int ENOTEMPTY = 39;
    private static final int ENODATA = 61;
    private static final int PUNCH = 3;

    private final Map<Long, MemoryObject> objects = new HashMap<>();
    private final Set<Long> limbo = new LinkedHashSet<>();
    private final List<MemoryTree> attic = new ArrayList<>();
    private final Journal journal = new Journal();
    private final Faults faults;
    private Unguarded unguarded = Unguarded.NOTHING;
    private boolean dead;
    private long capacity = Long.MAX_VALUE;

    /** An empty tree. */
    public MemoryTree(Faults faults) {
        this.faults = faults;
        makeTop(StableId.ROOT);
        makeTop(StableId.CRADLE);
    }

    private void makeTop(long id) {
        objects.put(id, new MemoryObject(id, ObjectKind.DIRECTORY, 0, new byte[0]));
    }

    /** Bytes of data the tree takes before it answers ENOSPC. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** What {@link #changedUnguarded} answers. */
    public synchronized void unguarded(Unguarded changed) {
        unguarded = changed;
    }

    /** How many trees were moved to the attic. */
    public synchronized int atticSize() {
        return attic.size();
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
        survivor.capacity = capacity;
        survivor.dropUnnamed();
        return survivor;
    }

    /** The process ended, the host did not: everything written is there. */
    public synchronized MemoryTree restart() {
        MemoryTree same = new MemoryTree(faults);
        dead = true;
        same.objects.clear();
        same.objects.putAll(objects);
        same.limbo.addAll(limbo);
        same.capacity = capacity;
        same.journal.take(journal);
        same.dropUnnamed();
        return same;
    }

    /** Open files without a name end with the process that had them open. */
    private void dropUnnamed() {
        objects.values()
                .removeIf(object -> StableId.isOrdinary(object.id) && object.links == 0 && !limbo.contains(object.id));
    }

    private void alive(String operation) throws FileSystemFailure {
        if (dead) {
            throw new FileSystemFailure(FileSystemFailure.EIO, operation + " on a dead host");
        }
        Optional<Integer> errno = faults.hit("tree." + operation);
        if (errno.isPresent()) {
            throw new FileSystemFailure(errno.get(), operation);
        }
    }

    private MemoryObject object(long id, String operation) throws FileSystemFailure {
        MemoryObject object = objects.get(id);
        if (object == null) {
            throw new FileSystemFailure(FileSystemFailure.ENOENT, operation + " of " + id);
        }
        return object;
    }

    private MemoryObject file(long id, String operation) throws FileSystemFailure {
        MemoryObject object = object(id, operation);
        if (object.kind != ObjectKind.FILE) {
            throw new FileSystemFailure(EINVAL, operation + " of " + id);
        }
        return object;
    }

    private MemoryObject directory(long id, String operation) throws FileSystemFailure {
        MemoryObject object = object(id, operation);
        if (object.kind != ObjectKind.DIRECTORY) {
            throw new FileSystemFailure(ENOTDIR, operation + " in " + id);
        }
        return object;
    }

    @Override
    public void apply(Mutation mutation) throws FileSystemFailure {
        if (mutation instanceof Mutation.Flush flush) {
            flush(flush.id());
            return;
        }
        synchronized (this) {
            alive("apply-" + mutation.getClass().getSimpleName());
            journal.atomically(() -> applyNow(mutation));
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
            alive("apply-Flush");
            object = object(id, "flush");
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

    private void applyNow(Mutation mutation) throws FileSystemFailure {
        switch (mutation) {
            case Mutation.Create m -> create(m);
            case Mutation.Write m -> write(m.id(), m.offset(), m.data().duplicate(), m.durable());
            case Mutation.SetAttributes m -> setAttributes(m);
            case Mutation.Allocate m -> allocate(m);
            case Mutation.Link m -> {
                MemoryObject object = object(m.id(), "link");
                if (object.links == 0) {
                    throw new FileSystemFailure(FileSystemFailure.ENOENT, "link of an object without a name");
                }
                put(directory(m.parent(), "link"), new Name(m.name()), object, true);
            }
            case Mutation.Remove m -> remove(m);
            case Mutation.Rename m -> rename(m);
            case Mutation.SetExtendedAttribute m -> {
                MemoryObject object = object(m.id(), "setxattr");
                Map<Name, byte[]> changed = new TreeMap<>(object.extended);
                changed.put(new Name(m.name()), m.value());
                setExtended(object, changed);
            }
            case Mutation.RemoveExtendedAttribute m -> {
                MemoryObject object = object(m.id(), "removexattr");
                Map<Name, byte[]> changed = new TreeMap<>(object.extended);
                if (changed.remove(new Name(m.name())) == null) {
                    throw new FileSystemFailure(ENODATA, "removexattr");
                }
                setExtended(object, changed);
            }
            case Mutation.SetFlags m -> setFlags(object(m.id(), "setflags"), m.flags());
            case Mutation.Flush _ -> throw new IllegalArgumentException("a flush is no step");
        }
    }

    private void create(Mutation.Create m) throws FileSystemFailure {
        MemoryObject parent = directory(m.parent(), "create");
        if (parent.entries.containsKey(new Name(m.name())) || objects.containsKey(m.id())) {
            throw new FileSystemFailure(EEXIST, "create");
        }
        MemoryObject object = add(m.id(), m.attributes().kind(), m.attributes().device(), m.linkTarget());
        object.attributes = m.attributes();
        m.extendedAttributes().forEach(x -> object.extended.put(new Name(x.name()), x.value()));
        put(parent, new Name(m.name()), object, false);
    }

    private MemoryObject add(long id, ObjectKind kind, long device, byte[] target) {
        MemoryObject object = new MemoryObject(id, kind, device, target);
        objects.put(id, object);
        journal.push(() -> objects.remove(id));
        return object;
    }

    private void put(MemoryObject parent, Name name, MemoryObject object, boolean mustBeNew) throws FileSystemFailure {
        if (mustBeNew && parent.entries.containsKey(name)) {
            throw new FileSystemFailure(EEXIST, "link");
        }
        Long before = parent.entries.put(name, object.id);
        object.links++;
        boolean wasInLimbo = limbo.remove(object.id);
        journal.push(() -> {
            object.links--;
            if (wasInLimbo) {
                limbo.add(object.id);
            }
            if (before == null) {
                parent.entries.remove(name);
            } else {
                parent.entries.put(name, before);
            }
        });
    }

    private void take(MemoryObject parent, Name name) {
        long id = parent.entries.remove(name);
        MemoryObject object = objects.get(id);
        object.links--;
        journal.push(() -> {
            parent.entries.put(name, id);
            object.links++;
            objects.put(id, object);
        });
    }

    private void remove(Mutation.Remove m) throws FileSystemFailure {
        MemoryObject parent = directory(m.parent(), "remove");
        Long id = parent.entries.get(new Name(m.name()));
        if (id == null || id != m.id()) {
            throw new FileSystemFailure(FileSystemFailure.ENOENT, "remove of a name");
        }
        if (m.directory() && !objects.get(id).entries.isEmpty()) {
            throw new FileSystemFailure(ENOTEMPTY, "rmdir");
        }
        take(parent, new Name(m.name()));
        forgetIfNameless(id, m.directory());
    }

    /** Files stay as long as the process that may have them open; directories go. */
    private void forgetIfNameless(long id, boolean directory) {
        MemoryObject object = objects.get(id);
        if (object.links == 0 && (directory || !object.held)) {
            objects.remove(id);
            journal.push(() -> objects.put(id, object));
        }
    }

    /** An application has this file open: it outlives its names until the process ends. */
    public synchronized void hold(long id) {
        MemoryObject object = objects.get(id);
        if (object != null) {
            object.held = true;
        }
    }

    private void rename(Mutation.Rename m) throws FileSystemFailure {
        MemoryObject from = directory(m.parent(), "rename");
        MemoryObject to = directory(m.newParent(), "rename");
        Name name = new Name(m.name());
        Name newName = new Name(m.newName());
        Long id = from.entries.get(name);
        if (id == null || id != m.id()) {
            throw new FileSystemFailure(FileSystemFailure.ENOENT, "rename of a name");
        }
        MemoryObject object = objects.get(id);
        if (within(object, to)) {
            throw new FileSystemFailure(EINVAL, "rename into itself");
        }
        Long replaced = to.entries.get(newName);
        if ((replaced == null ? StableId.NONE : replaced) != m.replacedId()) {
            throw new FileSystemFailure(EEXIST, "rename over something else");
        }
        if (replaced != null && replaced.longValue() == id.longValue()) {
            return;
        }
        if ((m.flags() & Mutation.Rename.EXCHANGE) != 0) {
            if (replaced == null) {
                throw new FileSystemFailure(FileSystemFailure.ENOENT, "exchange with nothing");
            }
            MemoryObject other = objects.get(replaced);
            if (within(other, from)) {
                throw new FileSystemFailure(EINVAL, "exchange into itself");
            }
            take(from, name);
            take(to, newName);
            put(to, newName, object, true);
            put(from, name, other, true);
            return;
        }
        if (replaced != null && !objects.get(replaced).entries.isEmpty()) {
            throw new FileSystemFailure(ENOTEMPTY, "rename over a directory");
        }
        take(from, name);
        if (replaced != null) {
            take(to, newName);
            forgetIfNameless(replaced, objects.get(replaced).kind == ObjectKind.DIRECTORY);
        }
        put(to, newName, object, true);
    }

    /** Whether {@code below} is {@code above} or lies in it. */
    private boolean within(MemoryObject above, MemoryObject below) {
        if (above == below) {
            return true;
        }
        return above.entries.values().stream().anyMatch(id -> within(objects.get(id), below));
    }

    private void write(long id, long offset, ByteBuffer data, boolean durable) throws FileSystemFailure {
        MemoryObject object = file(id, "write");
        if (used() + data.remaining() > capacity) {
            throw new FileSystemFailure(FileSystemFailure.ENOSPC, "write");
        }
        long end = offset + data.remaining();
        object.write(offset, data);
        if (end > object.size()) {
            setSize(object, end);
        }
        if (durable) {
            object.flush();
        }
    }

    private long used() {
        return capacity == Long.MAX_VALUE
                ? 0
                : objects.values().stream().mapToLong(MemoryObject::allocated).sum();
    }

    private void setSize(MemoryObject object, long size) {
        Attributes a = object.attributes;
        setMeta(object, MemoryObject.with(a, a.mode(), a.uid(), a.gid(), size, a.modifiedNanos(), a.accessedNanos()));
    }

    private void setMeta(MemoryObject object, Attributes changed) {
        Attributes before = object.attributes;
        object.attributes = changed;
        journal.push(() -> object.attributes = before);
    }

    private void setFlags(MemoryObject object, int changed) {
        int before = object.flags;
        object.flags = changed;
        journal.push(() -> object.flags = before);
    }

    private void setExtended(MemoryObject object, Map<Name, byte[]> changed) {
        Map<Name, byte[]> before = object.extended;
        object.extended = changed;
        journal.push(() -> object.extended = before);
    }

    private void setAttributes(Mutation.SetAttributes m) throws FileSystemFailure {
        MemoryObject object = object(m.id(), "setattr");
        if ((m.mask() & Mutation.SetAttributes.SIZE) != 0) {
            file(m.id(), "truncate").truncate(m.size());
        }
        setMeta(object, object.changed(m));
    }

    private void allocate(Mutation.Allocate m) throws FileSystemFailure {
        MemoryObject object = file(m.id(), "fallocate");
        if (m.mode() == PUNCH) {
            object.punch(m.offset(), m.length());
        } else if (m.mode() == 0 && m.offset() + m.length() > object.size()) {
            setSize(object, m.offset() + m.length());
        }
    }

    @Override
    public synchronized void syncAll() throws FileSystemFailure {
        alive("sync");
        objects.values().forEach(MemoryObject::flush);
        journal.settle();
    }

    @Override
    public synchronized boolean contains(long id) {
        return objects.containsKey(id);
    }

    @Override
    public synchronized ObjectState state(long id) throws FileSystemFailure {
        alive("state");
        return object(id, "state").state();
    }

    @Override
    public synchronized List<DirectoryEntry> entries(long directory) throws FileSystemFailure {
        alive("entries");
        List<DirectoryEntry> list = new ArrayList<>();
        directory(directory, "entries").entries.forEach((name, id) -> {
            MemoryObject object = objects.get(id);
            list.add(new DirectoryEntry(name.bytes(), id, object.kind, object.device, object.linkTarget));
        });
        return list;
    }

    @Override
    public synchronized int read(long id, long offset, ByteBuffer target) throws FileSystemFailure {
        alive("read");
        return object(id, "read").read(offset, target);
    }

    @Override
    public synchronized long nextData(long id, long offset) throws FileSystemFailure {
        return object(id, "seek").nextData(offset);
    }

    @Override
    public synchronized long nextHole(long id, long offset) throws FileSystemFailure {
        return object(id, "seek").nextHole(offset);
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
        journal.atomically(() -> setStateNow(state));
    }

    private void setStateNow(ObjectState state) throws FileSystemFailure {
        MemoryObject object = object(state.id(), "set-state");
        Attributes wanted = state.attributes();
        if (object.kind == ObjectKind.FILE) {
            object.truncate(wanted.size());
        }
        setMeta(
                object,
                MemoryObject.with(
                        wanted,
                        wanted.mode(),
                        wanted.uid(),
                        wanted.gid(),
                        object.kind == ObjectKind.FILE ? wanted.size() : object.attributes.size(),
                        wanted.modifiedNanos(),
                        wanted.accessedNanos()));
        Map<Name, byte[]> extended = new TreeMap<>();
        state.extendedAttributes().forEach(x -> extended.put(new Name(x.name()), x.value()));
        setExtended(object, extended);
        setFlags(object, state.flags());
    }

    @Override
    public synchronized void park(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        alive("park");
        MemoryObject parent = directory(directory, "park");
        Map<Name, Long> keep = new HashMap<>();
        wanted.forEach(entry -> keep.put(new Name(entry.name()), entry.id()));
        for (Map.Entry<Name, Long> entry : List.copyOf(parent.entries.entrySet())) {
            if (!entry.getValue().equals(keep.get(entry.getKey()))) {
                journal.atomically(() -> parkOne(parent, entry.getKey(), entry.getValue()));
            }
        }
    }

    private void parkOne(MemoryObject parent, Name name, long id) {
        take(parent, name);
        if (objects.get(id).links == 0) {
            limbo.add(id);
            journal.push(() -> limbo.remove(id));
        }
    }

    @Override
    public synchronized List<Long> adopt(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        alive("adopt");
        MemoryObject parent = directory(directory, "adopt");
        List<Long> created = new ArrayList<>();
        for (DirectoryEntry entry : wanted) {
            Name name = new Name(entry.name());
            Long present = parent.entries.get(name);
            if (present != null && present == entry.id()) {
                continue;
            }
            if (present != null) {
                throw new FileSystemFailure(EEXIST, "adopt over another object");
            }
            if (!objects.containsKey(entry.id())) {
                created.add(entry.id());
            }
            journal.atomically(() -> adoptOne(parent, name, entry));
        }
        return created;
    }

    private void adoptOne(MemoryObject parent, Name name, DirectoryEntry entry) throws FileSystemFailure {
        MemoryObject object = objects.get(entry.id());
        if (object == null) {
            object = add(entry.id(), entry.kind(), entry.device(), entry.linkTarget());
        } else if (object.kind == ObjectKind.DIRECTORY) {
            if (within(object, parent)) {
                throw new FileSystemFailure(EINVAL, "adopt of a directory into itself");
            }
            unname(object);
        }
        put(parent, name, object, true);
    }

    private void unname(MemoryObject object) {
        for (MemoryObject parent : List.copyOf(objects.values())) {
            for (Map.Entry<Name, Long> entry : List.copyOf(parent.entries.entrySet())) {
                if (entry.getValue() == object.id) {
                    take(parent, entry.getKey());
                }
            }
        }
    }

    @Override
    public synchronized void clearLimbo() throws FileSystemFailure {
        alive("clear-limbo");
        for (long id : List.copyOf(limbo)) {
            dropContent(id);
            journal.atomically(() -> {
                forget(objects.get(id));
                limbo.remove(id);
                journal.push(() -> limbo.add(id));
            });
        }
    }

    /** As rm -r: what is in a directory goes before it. */
    private void dropContent(long id) throws FileSystemFailure {
        MemoryObject object = objects.get(id);
        for (Map.Entry<Name, Long> entry : List.copyOf(object.entries.entrySet())) {
            MemoryObject child = objects.get(entry.getValue());
            if (child.kind == ObjectKind.DIRECTORY) {
                dropContent(child.id);
            }
            journal.atomically(() -> {
                take(object, entry.getKey());
                if (child.links == 0) {
                    forget(child);
                }
            });
        }
    }

    private void forget(MemoryObject object) {
        objects.remove(object.id);
        journal.push(() -> objects.put(object.id, object));
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
            makeTop(StableId.ROOT);
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
        List<String> lines = new ArrayList<>();
        image("", objects.get(StableId.ROOT), lines);
        image("(no name)", objects.get(StableId.CRADLE), lines);
        return lines;
    }

    private void image(String path, MemoryObject object, List<String> lines) {
        lines.add((path.isEmpty() ? "/" : path) + " " + object.describe());
        object.entries.forEach((name, id) -> image(path + "/" + name, objects.get(id), lines));
    }

    /** The object with a name in a directory, if any. */
    public synchronized Optional<Long> lookup(long directory, byte[] name) {
        MemoryObject object = objects.get(directory);
        return object == null ? Optional.empty() : Optional.ofNullable(object.entries.get(new Name(name)));
    }
}
