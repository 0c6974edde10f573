package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The objects of a {@link MemoryTree} and how they hang together, each change with its way back. The tree guards it. */
final class ObjectTable {
    private static final int EEXIST = 17;
    private static final int ENOTDIR = 20;
    private static final int EINVAL = 22;

    final Map<Long, MemoryObject> objects = new HashMap<>();
    final Set<Long> limbo = new LinkedHashSet<>();
    final Journal journal = new Journal();
    long capacity = Long.MAX_VALUE;

    void makeTop(long id) {
        objects.put(id, new MemoryObject(id, ObjectKind.DIRECTORY, 0, new byte[0]));
    }

    /** Open files without a name end with the process that had them open. */
    void dropUnnamed() {
        objects.values()
                .removeIf(object -> StableId.isOrdinary(object.id) && object.links == 0 && !limbo.contains(object.id));
    }

    MemoryObject object(long id, String operation) throws FileSystemFailure {
        MemoryObject object = objects.get(id);
        if (object == null) {
            throw new FileSystemFailure(FileSystemFailure.ENOENT, operation + " of " + id);
        }
        return object;
    }

    MemoryObject file(long id, String operation) throws FileSystemFailure {
        MemoryObject object = object(id, operation);
        if (object.kind != ObjectKind.FILE) {
            throw new FileSystemFailure(EINVAL, operation + " of " + id);
        }
        return object;
    }

    MemoryObject directory(long id, String operation) throws FileSystemFailure {
        MemoryObject object = object(id, operation);
        if (object.kind != ObjectKind.DIRECTORY) {
            throw new FileSystemFailure(ENOTDIR, operation + " in " + id);
        }
        return object;
    }

    MemoryObject add(long id, ObjectKind kind, long device, byte[] target) {
        MemoryObject object = new MemoryObject(id, kind, device, target);
        objects.put(id, object);
        journal.push(() -> objects.remove(id));
        return object;
    }

    void put(MemoryObject parent, Name name, MemoryObject object, boolean mustBeNew) throws FileSystemFailure {
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

    void take(MemoryObject parent, Name name) {
        long id = parent.entries.remove(name);
        MemoryObject object = objects.get(id);
        object.links--;
        journal.push(() -> {
            parent.entries.put(name, id);
            object.links++;
            objects.put(id, object);
        });
    }

    /** Files stay as long as the process that may have them open; directories go. */
    void forgetIfNameless(long id, boolean directory) {
        MemoryObject object = objects.get(id);
        if (object.links == 0 && (directory || !object.held)) {
            objects.remove(id);
            journal.push(() -> objects.put(id, object));
        }
    }

    void forget(MemoryObject object) {
        objects.remove(object.id);
        journal.push(() -> objects.put(object.id, object));
    }

    /** Whether {@code below} is {@code above} or lies in it. */
    boolean within(MemoryObject above, MemoryObject below) {
        if (above == below) {
            return true;
        }
        return above.entries.values().stream().anyMatch(id -> within(objects.get(id), below));
    }

    long used() {
        return capacity == Long.MAX_VALUE
                ? 0
                : objects.values().stream().mapToLong(MemoryObject::allocated).sum();
    }

    void setSize(MemoryObject object, long size) {
        Attributes a = object.attributes;
        setMeta(object, MemoryObject.with(a, a.mode(), a.uid(), a.gid(), size, a.modified(), a.accessed()));
    }

    void setMeta(MemoryObject object, Attributes changed) {
        Attributes before = object.attributes;
        object.attributes = changed;
        journal.push(() -> object.attributes = before);
    }

    void setExtended(MemoryObject object, Map<Name, byte[]> changed) {
        Map<Name, byte[]> before = object.extended;
        object.extended = changed;
        journal.push(() -> object.extended = before);
    }

    void setFlags(MemoryObject object, int changed) {
        int before = object.flags;
        object.flags = changed;
        journal.push(() -> object.flags = before);
    }

    void unname(MemoryObject object) {
        for (MemoryObject parent : List.copyOf(objects.values())) {
            for (Map.Entry<Name, Long> entry : List.copyOf(parent.entries.entrySet())) {
                if (entry.getValue() == object.id) {
                    take(parent, entry.getKey());
                }
            }
        }
    }

    void tighten(ObjectState wanted) throws FileSystemFailure {
        MemoryObject object = object(wanted.id(), "tighten");
        Attributes a = object.attributes;
        Attributes other = wanted.attributes();
        if (a.uid() != other.uid() || a.gid() != other.gid()) {
            seal(object.id);
        } else {
            setMode(object, a.mode() & other.mode(), a.uid(), a.gid());
        }
    }

    void seal(long id) throws FileSystemFailure {
        setMode(object(id, "seal"), 0600, 0, 0);
    }

    private void setMode(MemoryObject object, int mode, int uid, int gid) {
        Attributes a = object.attributes;
        setMeta(object, MemoryObject.with(a, mode, uid, gid, a.size(), a.modified(), a.accessed()));
    }

    void setState(ObjectState state) throws FileSystemFailure {
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
                        wanted.modified(),
                        wanted.accessed()));
        Map<Name, byte[]> extended = new TreeMap<>();
        state.extendedAttributes().forEach(x -> extended.put(new Name(x.name()), x.value()));
        setExtended(object, extended);
        setFlags(object, state.flags());
    }

    /** A text that is equal for two trees exactly when everything replicated is equal. */
    List<String> image() {
        List<String> lines = new ArrayList<>();
        image("", objects.get(StableId.ROOT), lines);
        image("(no name)", objects.get(StableId.CRADLE), lines);
        return lines;
    }

    private void image(String path, MemoryObject object, List<String> lines) {
        lines.add((path.isEmpty() ? "/" : path) + " " + object.describe());
        object.entries.forEach((name, id) -> image(path + "/" + name, objects.get(id), lines));
    }
}
