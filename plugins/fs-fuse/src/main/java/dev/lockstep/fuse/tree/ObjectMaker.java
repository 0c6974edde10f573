package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.NameCalls;
import dev.lockstep.fuse.sys.OpenFlags;

/** Makes new objects of any kind in the backing tree. */
public final class ObjectMaker {
    private final FileCalls files;
    private final NameCalls names;

    public ObjectMaker(CoveredTree tree) {
        files = tree.calls().files();
        names = tree.calls().names();
    }

    /**
     * Makes an object that must not exist yet.
     *
     * @return an O_PATH descriptor of it, or a negated errno
     */
    public int make(
            String operation, int directory, byte[] name, ObjectKind kind, int mode, int device, byte[] target) {
        int result = switch (kind) {
            case DIRECTORY -> names.makeDirectory(operation, directory, name, mode);
            case SYMBOLIC_LINK -> names.makeSymbolicLink(operation, target, directory, name);
            default -> names.makeNode(operation, directory, name, kind.code() << 12 | mode, device);
        };
        if (result < 0) {
            return result;
        }
        int flags = OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
        int object = files.open(operation, directory, name, flags, 0);
        if (object < 0) {
            undo(operation, directory, name, kind == ObjectKind.DIRECTORY);
        }
        return object;
    }

    /** Takes a new object away again because something after its making failed; a negated errno if it stays. */
    public int undo(String operation, int directory, byte[] name, boolean isDirectory) {
        return names.unlink(operation, directory, name, isDirectory ? AtFlags.REMOVEDIR : 0);
    }
}
