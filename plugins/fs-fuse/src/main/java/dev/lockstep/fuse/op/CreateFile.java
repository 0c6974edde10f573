package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.wire.Request;

/** CREATE: a new file, opened in the same step. */
final class CreateFile implements Operation {
    private static final String OPERATION = "CREATE";
    private static final int NAME = 16;

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
        try (OpenedAnswer answer = OpenedAnswer.reserve(service, request.uid(), flags)) {
            if (answer == null) {
                exchange.answer(Errno.ENFILE);
                return;
            }
            int backing = answer.backingFlags() | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.NOFOLLOW;
            Creation.Maker how = directory -> {
                int file = files.open(OPERATION, directory, name, backing, mode);
                // Only something that came behind the interception can be there: the kernel looks again.
                return file == -Errno.EEXIST && (flags & OpenFlags.EXCL) == 0 ? -Errno.ESTALE : file;
            };
            creation.run(exchange, OPERATION, name, ObjectKind.FILE, mode, request.integer(8), null, how, answer);
        }
    }
}
