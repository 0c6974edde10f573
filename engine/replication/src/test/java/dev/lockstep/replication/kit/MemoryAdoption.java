package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives the directories of a tree in memory the shape of the peer's. Its owner sees to it that one thread is here at a time. */
final class MemoryAdoption {
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;

    private final ObjectTable table;
    private final Map<Long, MemoryObject> objects;
    private final Set<Long> limbo;
    private final Journal journal;

    MemoryAdoption(ObjectTable table) {
        this.table = table;
        objects = table.objects;
        limbo = table.limbo;
        journal = table.journal;
    }

    void park(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        MemoryObject parent = table.directory(directory, "park");
        Map<Name, Long> keep = new HashMap<>();
        wanted.forEach(entry -> keep.put(new Name(entry.name()), entry.id()));
        for (Map.Entry<Name, Long> entry : List.copyOf(parent.entries.entrySet())) {
            if (!entry.getValue().equals(keep.get(entry.getKey()))) {
                journal.atomically(() -> parkOne(parent, entry.getKey(), entry.getValue()));
            }
        }
    }

    private void parkOne(MemoryObject parent, Name name, long id) {
        table.take(parent, name);
        if (objects.get(id).links == 0) {
            limbo.add(id);
            journal.push(() -> limbo.remove(id));
        }
    }

    List<Long> adopt(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure {
        MemoryObject parent = table.directory(directory, "adopt");
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
            object = table.add(entry.id(), entry.kind(), entry.device(), entry.linkTarget());
        } else if (object.kind == ObjectKind.DIRECTORY) {
            if (table.within(object, parent)) {
                throw new FileSystemFailure(EINVAL, "adopt of a directory into itself");
            }
            table.unname(object);
        }
        table.put(parent, name, object, true);
    }

    void clearLimbo() throws FileSystemFailure {
        for (long id : List.copyOf(limbo)) {
            dropContent(id);
            journal.atomically(() -> {
                table.forget(objects.get(id));
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
                table.take(object, entry.getKey());
                if (child.links == 0) {
                    table.forget(child);
                }
            });
        }
    }
}
