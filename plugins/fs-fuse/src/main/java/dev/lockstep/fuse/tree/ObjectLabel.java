package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The extended attribute that carries the stable id of a backing object: 8 bytes, big endian. */
public final class ObjectLabel {
    /** The bit that marks an id of an object of this node alone, which is not replicated. */
    static final long LOCAL = StableId.LOCAL_BIT;

    private static final String PREFIX_TEXT = "trusted.lockstep.";
    private static final byte[] PREFIX = PREFIX_TEXT.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAME = (PREFIX_TEXT + "id").getBytes(StandardCharsets.US_ASCII);
    private static final ValueLayout.OfLong BIG_ENDIAN = ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ThreadLocal<MemorySegment> VALUE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(8, 8));

    private final AttributeCalls attributes;

    ObjectLabel(AttributeCalls attributes) {
        this.attributes = attributes;
    }

    /** Whether an extended attribute is the engine's own, hidden from everybody else. */
    public static boolean isHidden(byte[] name) {
        if (name.length < PREFIX.length) {
            return false;
        }
        for (int i = 0; i < PREFIX.length; i++) {
            if (name[i] != PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a list of names, each ended by a zero byte, holds nothing else. */
    static boolean isAlone(MemorySegment list, int length) {
        return length == NAME.length + 1
                && MemorySegment.mismatch(list, 0, NAME.length, MemorySegment.ofArray(NAME), 0, NAME.length) == -1;
    }

    /** The id on what a descriptor stands for; 0 when it has none; a negated errno. */
    long read(String operation, int descriptor) {
        MemorySegment value = VALUE.get();
        return id(attributes.getAttribute(operation, descriptor, NAME, value, 0, Long.BYTES), value);
    }

    /** The id on a name in a directory; 0 when it has none; a negated errno. */
    long readAt(String operation, int directory, byte[] name) {
        MemorySegment value = VALUE.get();
        return id(attributes.getAttributeAt(operation, directory, name, NAME, value, 0, Long.BYTES), value);
    }

    /** Writes the id. */
    int write(String operation, int descriptor, long id) {
        MemorySegment value = VALUE.get();
        value.set(BIG_ENDIAN, 0, id);
        return attributes.setAttribute(operation, descriptor, NAME, value, 0, Long.BYTES, 0);
    }

    /** Removes it. */
    int remove(String operation, int descriptor) {
        return attributes.removeAttribute(operation, descriptor, NAME);
    }

    private static long id(int length, MemorySegment value) {
        if (length == -Errno.ENODATA || length == -Errno.ERANGE) {
            return 0;
        }
        if (length < 0) {
            return length;
        }
        long id = length == Long.BYTES ? value.get(BIG_ENDIAN, 0) : 0;
        return Math.max(id, 0);
    }
}
