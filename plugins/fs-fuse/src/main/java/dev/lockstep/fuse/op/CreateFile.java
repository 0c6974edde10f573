package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.wire.Attr;
import dev.lockstep.fuse.wire.Request;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** CREATE: a new file, opened in the same step. */
final class CreateFile implements Operation {
    private static final String OPERATION = "CREATE";
    private static final int NAME = 16;
    private static final int ENTRY_AND_OPEN = Attr.ENTRY_OUT + OpenReply.SIZE;

    private final Service service;
    private final Creation creation;

    CreateFile(Service service) {
        this.service = service;
        creation = new Creation(service);
    }

    @Override
    public void serve(Exchange exchange) throws FileSystemFailure {
        Request request = exchange.request();
        int flags = request.integer(0);
        int mode = request.integer(4) & Status.PERMISSIONS;
        byte[] name = request.name(NAME);
        FileCalls files = service.tree().calls().files();
        int access = flags & OpenFlags.ACCESS_MASK;
        int backing = access | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.CLOEXEC | OpenFlags.NOFOLLOW;
        Creation.Maker how = directory -> {
            int file = files.open(OPERATION, directory, name, backing, mode);
            // Only something that came behind the interception can be there: the kernel looks again.
            return file == -Errno.EEXIST && (flags & OpenFlags.EXCL) == 0 ? -Errno.ESTALE : file;
        };
        creation.run(
                exchange, OPERATION, name, ObjectKind.FILE, mode, request.integer(8), null, how, new Opened(flags));
    }

    /** The reply is the entry and the open file. */
    private final class Opened implements Creation.Answer {
        private final int flags;
        private long handle;

        Opened(int flags) {
            this.flags = flags;
        }

        @Override
        public int length() {
            return ENTRY_AND_OPEN;
        }

        @Override
        public void complete(byte[] body, long id, int object) {
            boolean direct = (flags & OpenFlags.DIRECT) != 0;
            handle = service.files().add(id, object, direct, true);
            MemorySegment reply = MemorySegment.ofArray(body);
            reply.set(ValueLayout.JAVA_LONG_UNALIGNED, Attr.ENTRY_OUT, handle);
            reply.set(
                    ValueLayout.JAVA_INT_UNALIGNED, Attr.ENTRY_OUT + 8, OpenReply.flags(service.isReadOnly(), direct));
        }

        @Override
        public void undo() {
            service.files().close(handle);
        }
    }
}
