package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What each mutation does to the objects of a {@link MemoryTree}. The tree guards it. */
final class MemoryMutations {
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ENOTEMPTY = 39;
    private static final int ENODATA = 61;
    private static final int KEEP_SIZE = 1;
    private static final int PUNCH = 3;

    private final ObjectTable table;

    MemoryMutations(ObjectTable table) {
        this.table = table;
    }

    void apply(Mutation mutation) throws FileSystemFailure {
        switch (mutation) {
            case Mutation.Create m -> create(m);
            case Mutation.Write m -> write(m.id(), m.offset(), m.data().duplicate(), m.durable());
            case Mutation.SetAttributes m -> setAttributes(m);
            case Mutation.Allocate m -> allocate(m);
            case Mutation.Link m -> {
                MemoryObject object = table.object(m.id(), "link");
                if (object.links == 0) {
                    throw new FileSystemFailure(FileSystemFailure.ENOENT, "link of an object without a name");
                }
                table.put(table.directory(m.parent(), "link"), new Name(m.name()), object, true);
            }
            case Mutation.Remove m -> remove(m);
            case Mutation.Rename m -> rename(m);
            case Mutation.Whiteout m -> {
                rename(m.rename());
                create(m.left());
            }
            case Mutation.SetExtendedAttribute m -> {
                MemoryObject object = table.object(m.id(), "setxattr");
                Map<Name, byte[]> changed = new TreeMap<>(object.extended);
                changed.put(new Name(m.name()), m.value());
                table.setExtended(object, changed);
            }
            case Mutation.RemoveExtendedAttribute m -> {
                MemoryObject object = table.object(m.id(), "removexattr");
                Map<Name, byte[]> changed = new TreeMap<>(object.extended);
                if (changed.remove(new Name(m.name())) == null) {
                    throw new FileSystemFailure(ENODATA, "removexattr");
                }
                table.setExtended(object, changed);
            }
            case Mutation.SetFlags m -> table.setFlags(table.object(m.id(), "setflags"), m.flags());
            case Mutation.Flush _ -> throw new IllegalArgumentException("a flush is no step");
        }
    }

    private void create(Mutation.Create m) throws FileSystemFailure {
        MemoryObject parent = table.directory(m.parent(), "create");
        if (parent.entries.containsKey(new Name(m.name())) || table.objects.containsKey(m.id())) {
            throw new FileSystemFailure(EEXIST, "create");
        }
        MemoryObject object =
                table.add(m.id(), m.attributes().kind(), m.attributes().device(), m.linkTarget());
        object.attributes = m.attributes();
        m.extendedAttributes().forEach(x -> object.extended.put(new Name(x.name()), x.value()));
        table.put(parent, new Name(m.name()), object, false);
    }

    private void remove(Mutation.Remove m) throws FileSystemFailure {
        MemoryObject parent = table.directory(m.parent(), "remove");
        Long id = parent.entries.get(new Name(m.name()));
        if (id == null || id != m.id()) {
            throw new FileSystemFailure(FileSystemFailure.ENOENT, "remove of a name");
        }
        if (m.directory() && !table.objects.get(id).entries.isEmpty()) {
            throw new FileSystemFailure(ENOTEMPTY, "rmdir");
        }
        table.take(parent, new Name(m.name()));
        table.forgetIfNameless(id, m.directory());
    }

    private void rename(Mutation.Rename m) throws FileSystemFailure {
        MemoryObject from = table.directory(m.parent(), "rename");
        MemoryObject to = table.directory(m.newParent(), "rename");
        Name name = new Name(m.name());
        Name newName = new Name(m.newName());
        Long id = from.entries.get(name);
        if (id == null || id != m.id()) {
            throw new FileSystemFailure(FileSystemFailure.ENOENT, "rename of a name");
        }
        MemoryObject object = table.objects.get(id);
        if (table.within(object, to)) {
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
            MemoryObject other = table.objects.get(replaced);
            if (table.within(other, from)) {
                throw new FileSystemFailure(EINVAL, "exchange into itself");
            }
            table.take(from, name);
            table.take(to, newName);
            table.put(to, newName, object, true);
            table.put(from, name, other, true);
            return;
        }
        if (replaced != null && !table.objects.get(replaced).entries.isEmpty()) {
            throw new FileSystemFailure(ENOTEMPTY, "rename over a directory");
        }
        table.take(from, name);
        if (replaced != null) {
            table.take(to, newName);
            table.forgetIfNameless(replaced, table.objects.get(replaced).kind == ObjectKind.DIRECTORY);
        }
        table.put(to, newName, object, true);
    }

    private void write(long id, long offset, ByteBuffer data, boolean durable) throws FileSystemFailure {
        MemoryObject object = table.file(id, "write");
        if (table.used() + data.remaining() > table.capacity) {
            throw new FileSystemFailure(FileSystemFailure.ENOSPC, "write");
        }
        long end = offset + data.remaining();
        object.write(offset, data);
        if (end > object.size()) {
            table.setSize(object, end);
        }
        if (durable) {
            object.flush();
        }
    }

    private void setAttributes(Mutation.SetAttributes m) throws FileSystemFailure {
        MemoryObject object = table.object(m.id(), "setattr");
        if ((m.mask() & Mutation.SetAttributes.SIZE) != 0) {
            table.file(m.id(), "truncate").truncate(m.size());
        }
        table.setMeta(object, object.changed(m));
    }

    private void allocate(Mutation.Allocate m) throws FileSystemFailure {
        MemoryObject object = table.file(m.id(), "fallocate");
        if (m.mode() == PUNCH) {
            object.punch(m.offset(), m.length());
        } else if (m.mode() == KEEP_SIZE) {
            object.reserved = List.of(new ByteRange(m.offset(), m.length()));
        } else if (m.mode() == 0 && m.offset() + m.length() > object.size()) {
            table.setSize(object, m.offset() + m.length());
        }
    }
}
