package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.OpenFlag;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** OPENDIR. */
final class OpenDirectoryOperation implements Operation {
    private final Service service;

    OpenDirectoryOperation(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        int uid = exchange.request().uid();
        if (!service.takeOpening(uid)) {
            exchange.answer(Errno.ENFILE);
            return;
        }
        boolean readOnly = service.isReadOnly();
        int descriptor = service.tree().open(exchange.request().node(), OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        if (descriptor < 0) {
            service.giveBackOpening(uid);
            exchange.answer(-descriptor);
            return;
        }
        OpenDirectory directory = new OpenDirectory(descriptor, uid);
        long handle = service.directories().add(directory);
        MemorySegment reply = exchange.reply();
        reply.set(ValueLayout.JAVA_LONG_UNALIGNED, Frame.HEADER, handle);
        int flags = readOnly ? 0 : OpenFlag.CACHE_DIR | OpenFlag.KEEP_CACHE;
        reply.set(ValueLayout.JAVA_INT_UNALIGNED, Frame.HEADER + 8, flags);
        reply.set(ValueLayout.JAVA_INT_UNALIGNED, Frame.HEADER + 12, 0);
        if (!exchange.answerBody(OpenReply.SIZE)) {
            service.directories().remove(handle);
            service.close("OPENDIR", directory);
        }
    }
}
