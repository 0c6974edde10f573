package dev.lockstep.replication.wire;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.Timestamp;
import dev.lockstep.api.fs.WholeObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Attributes, extended attributes, states and directory entries as bytes. */
public final class ObjectCodec {
    /** Largest value of an extended attribute. */
    static final int VALUE_MAX = 64 * 1024;

    /** Bytes of a time. */
    static final int TIMESTAMP_BYTES = 8 + 4;

    private static final int ATTRIBUTES_BYTES = 1 + 4 + 4 + 4 + 8 + 2 * TIMESTAMP_BYTES + 8 + 4;
    private static final int ENTRY_FIXED_BYTES = 2 + 8 + 1 + 8 + 2;
    private static final int MODE_MASK = 0xFFF;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ObjectCodec() {}

    /** Bytes {@link #putState} writes. */
    public static int sizeOf(ObjectState state) {
        return 8 + ATTRIBUTES_BYTES + sizeOf(state.extendedAttributes()) + 4;
    }

    /** Writes a state. */
    public static void putState(ByteBuffer out, ObjectState state) {
        out.putLong(state.id());
        putAttributes(out, state.attributes());
        putExtended(out, state.extendedAttributes());
        out.putInt(state.flags());
    }

    /** Reads a state. */
    public static ObjectState state(FrameReader in) throws MalformedFrame {
        return new ObjectState(in.id(), attributes(in), extended(in), in.i32());
    }

    static void putAttributes(ByteBuffer out, Attributes a) {
        out.put((byte) a.kind().code())
                .putInt(a.mode() & MODE_MASK)
                .putInt(a.uid())
                .putInt(a.gid());
        out.putLong(a.size());
        putTimestamp(out, a.modified());
        putTimestamp(out, a.accessed());
        out.putLong(a.device()).putInt(a.links());
    }

    static void putTimestamp(ByteBuffer out, Timestamp time) {
        out.putLong(time.seconds()).putInt(time.nanos());
    }

    static int attributesBytes() {
        return ATTRIBUTES_BYTES;
    }

    static Attributes attributes(FrameReader in) throws MalformedFrame {
        ObjectKind kind = in.kind();
        int mode = in.i32();
        if ((mode & ~MODE_MASK) != 0) {
            throw new MalformedFrame("mode " + Integer.toOctalString(mode) + " has bits that are no permissions");
        }
        return new Attributes(
                kind,
                mode,
                in.i32(),
                in.i32(),
                in.positive("a size"),
                in.timestamp(),
                in.timestamp(),
                in.i64(),
                in.i32());
    }

    static int sizeOf(List<ExtendedAttribute> list) {
        int size = 4;
        for (ExtendedAttribute one : list) {
            size += 2 + one.name().length + 4 + one.value().length;
        }
        return size;
    }

    static void putExtended(ByteBuffer out, List<ExtendedAttribute> list) {
        out.putInt(list.size());
        for (ExtendedAttribute one : list) {
            out.putShort((short) one.name().length).put(one.name());
            out.putInt(one.value().length).put(one.value());
        }
    }

    static List<ExtendedAttribute> extended(FrameReader in) throws MalformedFrame {
        int count = in.count(6);
        List<ExtendedAttribute> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(new ExtendedAttribute(in.bytes(FrameReader.TEXT_MAX), in.longBytes(VALUE_MAX)));
        }
        return list;
    }

    /** Bytes {@link #putEntry} writes. */
    public static int sizeOf(DirectoryEntry entry) {
        return ENTRY_FIXED_BYTES + entry.name().length + entry.linkTarget().length;
    }

    /** Writes an entry. */
    public static void putEntry(ByteBuffer out, DirectoryEntry entry) {
        out.putShort((short) entry.name().length).put(entry.name());
        out.putLong(entry.id()).put((byte) entry.kind().code()).putLong(entry.device());
        out.putShort((short) entry.linkTarget().length).put(entry.linkTarget());
    }

    /** Reads an entry. */
    public static DirectoryEntry entry(FrameReader in) throws MalformedFrame {
        return new DirectoryEntry(in.name(), in.id(), in.kind(), in.i64(), in.bytes(FrameReader.TEXT_MAX));
    }

    /** Reads a name with as much of the object as comes with it. */
    public static WholeObject whole(FrameReader in) throws MalformedFrame {
        DirectoryEntry entry = entry(in);
        boolean complete = in.u8() != 0;
        if (!complete) {
            return new WholeObject(entry, Optional.empty(), NOTHING.duplicate());
        }
        ByteBuffer content = in.part();
        ObjectState state = state(in);
        boolean fits = state.id() == entry.id()
                && state.attributes().kind() == entry.kind()
                && (entry.kind() == ObjectKind.FILE || !content.hasRemaining());
        if (!fits) {
            throw new MalformedFrame("an entry comes with the state or the content of something else");
        }
        return new WholeObject(entry, Optional.of(state), content);
    }

    /** Writes text with a 16-bit length, cut to what a reader accepts. */
    public static void putText(ByteBuffer out, byte[] text) {
        out.putShort((short) text.length).put(text);
    }

    /** Text as bytes, cut to what a reader accepts. */
    public static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= FrameReader.TEXT_MAX ? bytes : Arrays.copyOf(bytes, FrameReader.TEXT_MAX);
    }
}
