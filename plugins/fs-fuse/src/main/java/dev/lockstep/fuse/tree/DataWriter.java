package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.wire.Negotiation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Writes what a buffer holds, wherever its memory is, to an open file. Thread-safe. */
final class DataWriter {
    private static final ThreadLocal<MemorySegment> COPY =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Negotiation.MAX_WRITE));

    private final FileCalls files;

    DataWriter(FileCalls files) {
        this.files = files;
    }

    /** Writes all of it, or throws. */
    void write(String operation, int descriptor, ByteBuffer data, long offset) throws FileSystemFailure {
        MemorySegment source = MemorySegment.ofBuffer(data);
        if (data.isDirect()) {
            writeFully(operation, descriptor, source, source.byteSize(), offset);
            return;
        }
        MemorySegment copy = COPY.get();
        for (long done = 0; done < source.byteSize(); done += copy.byteSize()) {
            long part = Math.min(copy.byteSize(), source.byteSize() - done);
            MemorySegment.copy(source, done, copy, 0, part);
            writeFully(operation, descriptor, copy, part, offset + done);
        }
    }

    private void writeFully(String operation, int descriptor, MemorySegment source, long length, long offset)
            throws FileSystemFailure {
        long done = 0;
        while (done < length) {
            done += Failures.check(
                    operation, files.pwrite(operation, descriptor, source, done, length - done, offset + done));
        }
    }
}
