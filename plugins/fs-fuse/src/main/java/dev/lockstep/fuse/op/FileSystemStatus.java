package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.wire.Frame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** STATFS: sizes of the backing file system. */
final class FileSystemStatus implements Operation {
    private static final String OPERATION = "STATFS";
    private static final int REPLY = 80;

    private final Service service;

    FileSystemStatus(Service service) {
        this.service = service;
    }

    @Override
    public void serve(Exchange exchange) {
        MemorySegment native64 = exchange.scratch();
        int result = service.tree()
                .calls()
                .attributes()
                .fileSystem(OPERATION, service.tree().root(), native64);
        if (result < 0) {
            exchange.answer(-result);
            return;
        }
        MemorySegment reply = exchange.reply().asSlice(Frame.HEADER, REPLY).fill((byte) 0);
        // struct statfs: blocks, bfree, bavail, files, ffree from 16 on in the same order; bsize 8, namelen 64, frsize
        // 72.
        MemorySegment.copy(native64, 16, reply, 0, 40);
        reply.set(ValueLayout.JAVA_INT_UNALIGNED, 40, (int) native64.get(ValueLayout.JAVA_LONG, 8));
        reply.set(ValueLayout.JAVA_INT_UNALIGNED, 44, (int) native64.get(ValueLayout.JAVA_LONG, 64));
        reply.set(ValueLayout.JAVA_INT_UNALIGNED, 48, (int) native64.get(ValueLayout.JAVA_LONG, 72));
        exchange.answerBody(REPLY);
    }
}
