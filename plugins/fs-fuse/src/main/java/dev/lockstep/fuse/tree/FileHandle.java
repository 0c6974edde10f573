package dev.lockstep.fuse.tree;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A {@code struct file_handle} in native memory: what names an inode to its file system for as long as it exists. */
final class FileHandle {
    /** MAX_HANDLE_SZ of Linux. */
    static final int CAPACITY = 128;

    private static final int AT_BYTES = 8;
    private static final ThreadLocal<FileHandle> CURRENT = ThreadLocal.withInitial(FileHandle::new);

    private final MemorySegment memory = Arena.ofAuto().allocate(AT_BYTES + CAPACITY, 8);

    /** The calling thread's; valid until the next use. */
    static FileHandle current() {
        return CURRENT.get();
    }

    /** The struct, ready to be filled by name_to_handle_at(2). */
    MemorySegment empty() {
        memory.set(ValueLayout.JAVA_INT, 0, CAPACITY);
        return memory;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Longs the handle takes when packed: one for length and type, the rest for its bytes. */
    int packedLength() {
        return 1 + (memory.get(ValueLayout.JAVA_INT, 0) + 7) / 8;
    }

    /** One long of the packed form. */
    long packed(int index) {
        if (index == 0) {
            return memory.get(ValueLayout.JAVA_LONG, 0);
        }
        // Bytes beyond the handle's length are those of an earlier handle: left out.
        int length = memory.get(ValueLayout.JAVA_INT, 0) - (index - 1) * 8;
        long value = memory.get(ValueLayout.JAVA_LONG, AT_BYTES + (index - 1) * 8L);
        return length >= 8 ? value : length <= 0 ? 0 : value & ((1L << (length * 8)) - 1);
    }

    /** In a form that can be kept in a file. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < packedLength(); i++) {
            text.append(i == 0 ? "" : "-").append(Long.toHexString(packed(i)));
        }
        return text.toString();
    }

    /** Takes one long of the packed form. */
    void unpack(int index, long value) {
        memory.set(ValueLayout.JAVA_LONG, index == 0 ? 0 : AT_BYTES + (index - 1) * 8L, value);
    }
}
