package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;

/** Applies the peer's mutations of data and attributes; those of names are {@link NameApplier}'s. */
final class MutationApplier {
    private static final String OPERATION = "APPLY";

    private final CoveredTree tree;
    private final FileCalls files;
    private final AttributeCalls attributes;
    private final ExtendedAttributes extended;
    private final ObjectStates states;
    private final Privileges privileges;
    private final NameApplier names;
    private final InodeFlags flags;
    private final FileTimes times;
    private final DataWriter writer;

    MutationApplier(CoveredTree tree) {
        this.tree = tree;
        files = tree.calls().files();
        attributes = tree.calls().attributes();
        extended = new ExtendedAttributes(attributes);
        states = new ObjectStates(tree);
        privileges = new Privileges(attributes);
        names = new NameApplier(tree);
        flags = new InodeFlags(files);
        times = new FileTimes(tree);
        writer = new DataWriter(files);
    }

    void apply(Mutation mutation) throws FileSystemFailure {
        switch (mutation) {
            case Mutation.Write write -> write(write);
            case Mutation.Flush flush -> flush(flush);
            case Mutation.SetAttributes set -> setAttributes(set);
            case Mutation.Allocate allocate -> allocate(allocate);
            case Mutation.SetExtendedAttribute set -> setExtended(set);
            case Mutation.RemoveExtendedAttribute remove -> {
                try (Descriptor object = tree.path(remove.id())) {
                    extended.remove(OPERATION, Failures.descriptor(OPERATION, object), remove.name());
                }
            }
            case Mutation.SetFlags set -> setFlags(set);
            case Mutation.Create create -> names.create(create);
            case Mutation.Link link -> names.link(link);
            case Mutation.Remove remove -> names.remove(remove);
            case Mutation.Rename rename -> names.rename(rename);
            case Mutation.Whiteout whiteout -> names.whiteout(whiteout);
        }
    }

    private void write(Mutation.Write write) throws FileSystemFailure {
        try (Descriptor file = tree.data(write.id())) {
            int descriptor = Failures.descriptor(OPERATION, file);
            writer.write(OPERATION, descriptor, write.data(), write.offset());
            tree.written(write.id(), write.offset(), write.data().remaining());
            if (write.dropPrivileges()) {
                Failures.check(OPERATION, privileges.drop(OPERATION, descriptor, new Status()));
            }
        }
    }

    private void flush(Mutation.Flush flush) throws FileSystemFailure {
        try (Descriptor file = tree.readable(flush.id())) {
            if (!file.failed()) {
                Failures.check(
                        OPERATION,
                        flush.dataOnly()
                                ? files.fdatasync(OPERATION, file.number())
                                : files.fsync(OPERATION, file.number()));
                return;
            }
            if (file.errno() == Errno.EINVAL) {
                // Neither file nor directory: such an object cannot be flushed by itself.
                Failures.check(OPERATION, files.syncfs(OPERATION, tree.root()));
                return;
            }
            if (file.errno() != Errno.EISDIR) {
                Failures.check(OPERATION, file.number());
            }
        }
        int directory = tree.open(flush.id(), OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        Failures.check(OPERATION, directory);
        try {
            Failures.check(OPERATION, files.fsync(OPERATION, directory));
        } finally {
            files.close(OPERATION, directory);
        }
    }

    private void setAttributes(Mutation.SetAttributes set) throws FileSystemFailure {
        int mask = set.mask();
        try (Descriptor object = tree.path(set.id())) {
            int descriptor = Failures.descriptor(OPERATION, object);
            if ((mask & Mutation.SetAttributes.SIZE) != 0) {
                Failures.check(OPERATION, attributes.truncate(OPERATION, descriptor, set.size()));
            }
            if ((mask & (Mutation.SetAttributes.OWNER | Mutation.SetAttributes.GROUP)) != 0) {
                int uid = (mask & Mutation.SetAttributes.OWNER) != 0 ? set.uid() : -1;
                int gid = (mask & Mutation.SetAttributes.GROUP) != 0 ? set.gid() : -1;
                Failures.check(OPERATION, attributes.changeOwner(OPERATION, descriptor, uid, gid));
            }
            if (set.dropPrivileges()) {
                Failures.check(OPERATION, privileges.drop(OPERATION, descriptor, new Status()));
            }
            if ((mask & Mutation.SetAttributes.MODE) != 0) {
                Failures.check(OPERATION, attributes.changeMode(OPERATION, descriptor, set.mode()));
            }
            if ((mask & (Mutation.SetAttributes.MODIFIED | Mutation.SetAttributes.ACCESSED)) != 0) {
                boolean access = (mask & Mutation.SetAttributes.ACCESSED) != 0;
                boolean modification = (mask & Mutation.SetAttributes.MODIFIED) != 0;
                times.set(OPERATION, descriptor, access ? set.accessed() : null, modification ? set.modified() : null);
            }
        }
    }

    private void allocate(Mutation.Allocate allocate) throws FileSystemFailure {
        try (Descriptor file = tree.data(allocate.id())) {
            int descriptor = Failures.descriptor(OPERATION, file);
            Failures.check(
                    OPERATION,
                    files.fallocate(OPERATION, descriptor, allocate.mode(), allocate.offset(), allocate.length()));
            if (allocate.dropPrivileges()) {
                Failures.check(OPERATION, privileges.drop(OPERATION, descriptor, new Status()));
            }
        }
    }

    private void setExtended(Mutation.SetExtendedAttribute set) throws FileSystemFailure {
        try (Descriptor object = tree.path(set.id())) {
            int descriptor = Failures.descriptor(OPERATION, object);
            states.setExtended(OPERATION, descriptor, set.name(), set.value());
            if (set.modeAfter() != Mutation.SetExtendedAttribute.MODE_UNCHANGED) {
                Status status = new Status();
                Failures.check(OPERATION, attributes.status(OPERATION, descriptor, status));
                if ((status.mode() & Status.PERMISSIONS) != set.modeAfter()) {
                    Failures.check(OPERATION, attributes.changeMode(OPERATION, descriptor, set.modeAfter()));
                }
            }
        }
    }

    private void setFlags(Mutation.SetFlags set) throws FileSystemFailure {
        int object = tree.openContent(set.id(), OpenFlags.RDONLY);
        Failures.check(OPERATION, object);
        try {
            Failures.check(OPERATION, flags.set(OPERATION, object, set.flags()));
        } finally {
            files.close(OPERATION, object);
        }
    }
}
