package dev.lockstep.fuse.op;

import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.wire.Attr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The reply to who makes a file and opens it in the same step: the entry and the open file. */
final class OpenedAnswer implements Creation.Answer {
    private static final int LENGTH = Attr.ENTRY_OUT + OpenReply.SIZE;

    private final Service service;
    private final int flags;
    private long handle;

    /** @param flags of open(2) */
    OpenedAnswer(Service service, int flags) {
        this.service = service;
        this.flags = flags;
    }

    @Override
    public int length() {
        return LENGTH;
    }

    @Override
    public void complete(byte[] body, long id, int object) {
        boolean direct = (flags & OpenFlags.DIRECT) != 0;
        handle = service.files().add(id, object, direct, true, false);
        MemorySegment reply = MemorySegment.ofArray(body);
        reply.set(ValueLayout.JAVA_LONG_UNALIGNED, Attr.ENTRY_OUT, handle);
        reply.set(ValueLayout.JAVA_INT_UNALIGNED, Attr.ENTRY_OUT + 8, OpenReply.flags(service.isReadOnly(), direct));
    }

    @Override
    public void undo() {
        service.files().close(handle);
    }
}
