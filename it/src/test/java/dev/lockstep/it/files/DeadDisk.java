package dev.lockstep.it.files;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Makes an ext4 file system answer everything with EIO, as one whose disk is gone (ext4's own shutdown for tests). */
public final class DeadDisk {
    private static final int EXT4_IOC_SHUTDOWN = 0x8004587D;
    private static final int WITHOUT_FLUSHING = 2;
    private static final int READ_ONLY = 0;

    private DeadDisk() {}

    /** Kills the file system mounted at a directory. */
    public static void shutDown(Path mountPoint) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] path = mountPoint.toString().getBytes(StandardCharsets.UTF_8);
            int descriptor = Posix.open(path, READ_ONLY, 0);
            long result = descriptor < 0
                    ? descriptor
                    : NativeCall.call(
                            arena,
                            "ioctl",
                            JAVA_INT,
                            2,
                            NativeCall.i(descriptor),
                            NativeCall.l(EXT4_IOC_SHUTDOWN & 0xFFFFFFFFL),
                            NativeCall.m(arena.allocateFrom(JAVA_INT, WITHOUT_FLUSHING)));
            if (descriptor >= 0) {
                Posix.close(descriptor);
            }
            if (result < 0) {
                throw new IOException(mountPoint + " cannot be shut down, errno " + -result);
            }
        }
    }
}
