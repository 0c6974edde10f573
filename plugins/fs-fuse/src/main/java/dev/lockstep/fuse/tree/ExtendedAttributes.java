package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All extended attributes of an object but the engine's own. */
public final class ExtendedAttributes {
    /** XATTR_LIST_MAX and XATTR_SIZE_MAX of Linux. */
    private static final int LIMIT = 64 << 10;

    private static final ThreadLocal<MemorySegment> BUFFER =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(LIMIT));
    private static final byte[] CAPABILITY = "security.capability".getBytes(StandardCharsets.US_ASCII);

    private final AttributeCalls attributes;

    public ExtendedAttributes(AttributeCalls attributes) {
        this.attributes = attributes;
    }

    /** Reads them from what a descriptor stands for. */
    public List<ExtendedAttribute> read(String operation, int descriptor) throws FileSystemFailure {
        MemorySegment buffer = BUFFER.get();
        int length = attributes.listAttributes(operation, descriptor, buffer, 0, LIMIT);
        if (length == -Errno.EOPNOTSUPP) {
            return List.of();
        }
        Failures.check(operation, length);
        if (length == 0 || ObjectLabel.isAlone(buffer, length)) {
            return List.of();
        }
        byte[] list = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        List<ExtendedAttribute> result = new ArrayList<>();
        for (byte[] name : names(list)) {
            if (!ObjectLabel.isHidden(name)) {
                int size = attributes.getAttribute(operation, descriptor, name, buffer, 0, LIMIT);
                // One that vanished since the listing is no error.
                if (size != -Errno.ENODATA) {
                    Failures.check(operation, size);
                    result.add(
                            new ExtendedAttribute(name, buffer.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE)));
                }
            }
        }
        return result;
    }

    /** Makes them exactly equal to {@code wanted}. @return whether they were not */
    boolean write(String operation, int descriptor, List<ExtendedAttribute> wanted) throws FileSystemFailure {
        List<ExtendedAttribute> present = read(operation, descriptor);
        boolean changed = false;
        for (ExtendedAttribute attribute : present) {
            if (find(wanted, attribute.name()) == null) {
                remove(operation, descriptor, attribute.name());
                changed = true;
            }
        }
        for (ExtendedAttribute attribute : wanted) {
            ExtendedAttribute before = find(present, attribute.name());
            if (before == null || !Arrays.equals(before.value(), attribute.value())) {
                set(operation, descriptor, attribute.name(), attribute.value());
                changed = true;
            }
        }
        return changed;
    }

    /**
     * As {@link #write}, where room is short: each goes where it was on the peer if all are set anew, in the peer's order. Lists of who
     * may do what stay.
     */
    void writeAnew(String operation, int descriptor, List<ExtendedAttribute> wanted) throws FileSystemFailure {
        for (ExtendedAttribute attribute : read(operation, descriptor)) {
            String name = new String(attribute.name(), StandardCharsets.ISO_8859_1);
            if (name.startsWith("user.") || name.startsWith("trusted.")) {
                remove(operation, descriptor, attribute.name());
            }
        }
        write(operation, descriptor, wanted);
    }

    /** Sets one. */
    void set(String operation, int descriptor, byte[] name, byte[] value) throws FileSystemFailure {
        MemorySegment buffer = BUFFER.get();
        if (value.length > LIMIT) {
            throw new FileSystemFailure(Errno.EINVAL, operation);
        }
        MemorySegment.copy(value, 0, buffer, ValueLayout.JAVA_BYTE, 0, value.length);
        Failures.check(operation, attributes.setAttribute(operation, descriptor, name, buffer, 0, value.length, 0));
    }

    /** Removes one; it may be gone already. */
    void remove(String operation, int descriptor, byte[] name) throws FileSystemFailure {
        int result = attributes.removeAttribute(operation, descriptor, name);
        if (result != -Errno.ENODATA) {
            Failures.check(operation, result);
        }
    }

    /** Removes file capabilities; whether there were any. */
    boolean removeCapability(String operation, int descriptor) {
        return attributes.removeAttribute(operation, descriptor, CAPABILITY) == 0;
    }

    private static ExtendedAttribute find(List<ExtendedAttribute> list, byte[] name) {
        for (ExtendedAttribute attribute : list) {
            if (Arrays.equals(attribute.name(), name)) {
                return attribute;
            }
        }
        return null;
    }

    private static List<byte[]> names(byte[] list) {
        List<byte[]> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < list.length; i++) {
            if (list[i] == 0) {
                names.add(Arrays.copyOfRange(list, start, i));
                start = i + 1;
            }
        }
        return names;
    }
}
