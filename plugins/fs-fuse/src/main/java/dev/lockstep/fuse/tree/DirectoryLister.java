package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.wire.Dirent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Reads all names of a directory at once. */
final class DirectoryLister {
    private static final long BUFFER_SIZE = 64L << 10;

    private final FileCalls files;

    DirectoryLister(FileCalls files) {
        this.files = files;
    }

    /** The names in an open directory, without {@code .} and {@code ..}. */
    List<byte[]> names(String operation, int directory) throws FileSystemFailure {
        List<byte[]> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_SIZE, 8);
            Failures.check(operation, files.seek(operation, directory, 0, 0));
            while (true) {
                long length = files.directoryEntries(operation, directory, buffer, BUFFER_SIZE);
                Failures.check(operation, length);
                if (length == 0) {
                    return names;
                }
                collect(buffer, length, names);
            }
        }
    }

    private static void collect(MemorySegment buffer, long length, List<byte[]> names) {
        long at = 0;
        while (at < length) {
            byte[] name = name(buffer, at);
            if (!isDots(name)) {
                names.add(name);
            }
            at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + Dirent.NATIVE_LENGTH));
        }
    }

    private static byte[] name(MemorySegment buffer, long at) {
        long start = at + Dirent.NATIVE_NAME;
        long end = start;
        while (buffer.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        byte[] name = new byte[(int) (end - start)];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, start, name, 0, name.length);
        return name;
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }
}
