package dev.lockstep.fuse.op;

import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.tree.BackingFile;
import dev.lockstep.fuse.tree.BackingFile.Access;
import dev.lockstep.fuse.tree.BackingFiles;
import dev.lockstep.fuse.wire.Attr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The reply to who makes a file and opens it in the same step: the entry and the open file. */
final class OpenedAnswer implements Creation.Answer, AutoCloseable {
    private static final int LENGTH = Attr.ENTRY_OUT + OpenReply.SIZE;

    private final Service service;
    private final int uid;
    private final int flags;
    private boolean opened;
    private long handle;

    private OpenedAnswer(Service service, int uid, int flags) {
        this.service = service;
        this.uid = uid;
        this.flags = flags;
    }

    /**
     * Takes what a user may have of openings and descriptors for one more file. {@link #close} follows.
     *
     * @param flags of open(2)
     * @return null if he has his share
     */
    static OpenedAnswer reserve(Service service, int uid, int flags) {
        return service.takeOpening(uid) ? new OpenedAnswer(service, uid, flags) : null;
    }

    /** How the new file is opened on the covered directory. */
    int backingFlags() {
        return BackingFiles.flags(access()) | OpenFlags.CLOEXEC;
    }

    private Access access() {
        return (flags & OpenFlags.ACCESS_MASK) == OpenFlags.RDONLY ? Access.READ : Access.WRITE;
    }

    /** Gives back what was reserved, if nothing was opened. */
    @Override
    public void close() {
        if (!opened) {
            service.giveBackOpening(uid);
        }
    }

    @Override
    public int length() {
        return LENGTH;
    }

    @Override
    public void complete(byte[] body, long id, int object) {
        boolean direct = (flags & OpenFlags.DIRECT) != 0;
        BackingFile file = service.tree().backing().adopt(id, access(), object, uid);
        handle = service.files().add(id, file, uid, direct, access() == Access.WRITE, false);
        opened = true;
        MemorySegment reply = MemorySegment.ofArray(body);
        reply.set(ValueLayout.JAVA_LONG_UNALIGNED, Attr.ENTRY_OUT, handle);
        reply.set(
                ValueLayout.JAVA_INT_UNALIGNED,
                Attr.ENTRY_OUT + 8,
                OpenReply.flags(service.isReadOnly(), direct, flags & OpenFlags.ACCESS_MASK));
    }

    @Override
    public void undo() {
        service.files().close(handle);
    }
}
