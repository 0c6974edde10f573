package dev.lockstep.replication.wire;

import dev.lockstep.api.fs.Mutation;
import java.nio.ByteBuffer;

/**
 * Mutations as bytes. A MUTATION frame is: header (the number holds flags), 64-bit sequence, one byte of kind, 16-bit tree, then
 * the fields in the order of the record. The sequence is put in last, under the lock that gives it.
 */
public final class MutationCodec {
    /** Flag of the header's number: acknowledge when on disk, not when applied. */
    public static final int WANT_DURABLE = 1;

    /** Where the sequence stands in a frame. */
    public static final int SEQUENCE_AT = Frame.HEADER;

    private static final int FIXED = Frame.HEADER + 8 + 1 + 2;

    private static final int CREATE = 1;
    private static final int WRITE = 2;
    private static final int SET_ATTRIBUTES = 3;
    private static final int ALLOCATE = 4;
    private static final int LINK = 5;
    private static final int REMOVE = 6;
    private static final int RENAME = 7;
    private static final int SET_XATTR = 8;
    private static final int REMOVE_XATTR = 9;
    private static final int SET_FLAGS = 10;
    private static final int FLUSH = 11;
    private static final int WHITEOUT = 12;

    private static final int DURABLE_BIT = 1;
    private static final int DROP_BIT = 2;
    private static final int BITS = DURABLE_BIT | DROP_BIT;

    private MutationCodec() {}

    /** Bytes of the whole frame. */
    public static int frameSize(Mutation mutation) {
        return FIXED
                + switch (mutation) {
                    case Mutation.Create m -> sizeOf(m);
                    case Mutation.Write m -> 8 + 8 + 1 + m.data().remaining();
                    case Mutation.SetAttributes _ -> 8 + 4 + 4 + 4 + 4 + 8 + 2 * ObjectCodec.TIMESTAMP_BYTES + 1;
                    case Mutation.Allocate _ -> 8 + 4 + 8 + 8 + 1;
                    case Mutation.Link m -> 8 + 8 + 2 + m.name().length;
                    case Mutation.Remove m -> 8 + 2 + m.name().length + 8 + 1;
                    case Mutation.Rename m -> sizeOf(m);
                    case Mutation.Whiteout m -> sizeOf(m.rename()) + sizeOf(m.left());
                    case Mutation.SetExtendedAttribute m -> 8 + 2 + m.name().length + 4 + m.value().length + 4;
                    case Mutation.RemoveExtendedAttribute m -> 8 + 2 + m.name().length;
                    case Mutation.SetFlags _ -> 8 + 4;
                    case Mutation.Flush _ -> 8 + 1;
                };
    }

    private static int sizeOf(Mutation.Create m) {
        int names = 2 + m.name().length + 2 + m.linkTarget().length;
        return 8 + names + 8 + ObjectCodec.attributesBytes() + ObjectCodec.sizeOf(m.extendedAttributes());
    }

    private static int sizeOf(Mutation.Rename m) {
        return 8 + 2 + m.name().length + 8 + 2 + m.newName().length + 8 + 8 + 4;
    }

    /** Bytes of file data a mutation carries. */
    public static int payload(Mutation mutation) {
        return mutation instanceof Mutation.Write w ? w.data().remaining() : 0;
    }

    /** Writes the frame with sequence 0. */
    public static void put(ByteBuffer out, Mutation mutation, int flags) {
        Frame.header(out, Frame.MUTATION, flags);
        out.putLong(0).put((byte) kind(mutation)).putShort((short) mutation.tree());
        switch (mutation) {
            case Mutation.Create m -> putCreate(out, m);
            case Mutation.Write m ->
                out.putLong(m.id())
                        .putLong(m.offset())
                        .put(bits(m.durable(), m.dropPrivileges()))
                        .put(m.data().duplicate());
            case Mutation.SetAttributes m -> {
                out.putLong(m.id())
                        .putInt(m.mask())
                        .putInt(m.mode())
                        .putInt(m.uid())
                        .putInt(m.gid())
                        .putLong(m.size());
                ObjectCodec.putTimestamp(out, m.modified());
                ObjectCodec.putTimestamp(out, m.accessed());
                out.put(bits(false, m.dropPrivileges()));
            }
            case Mutation.Allocate m ->
                out.putLong(m.id())
                        .putInt(m.mode())
                        .putLong(m.offset())
                        .putLong(m.length())
                        .put(bits(false, m.dropPrivileges()));
            case Mutation.Link m -> putName(out.putLong(m.id()).putLong(m.parent()), m.name());
            case Mutation.Remove m ->
                putName(out.putLong(m.parent()), m.name()).putLong(m.id()).put((byte) (m.directory() ? 1 : 0));
            case Mutation.Rename m -> putRename(out, m);
            case Mutation.Whiteout m -> {
                putRename(out, m.rename());
                putCreate(out, m.left());
            }
            case Mutation.SetExtendedAttribute m ->
                putName(out.putLong(m.id()), m.name())
                        .putInt(m.value().length)
                        .put(m.value())
                        .putInt(m.modeAfter());
            case Mutation.RemoveExtendedAttribute m -> putName(out.putLong(m.id()), m.name());
            case Mutation.SetFlags m -> out.putLong(m.id()).putInt(m.flags());
            case Mutation.Flush m -> out.putLong(m.id()).put((byte) (m.dataOnly() ? 1 : 0));
        }
    }

    /** Reads what follows the sequence. The data of a write is a part of the frame, not copied. */
    public static Mutation read(FrameReader in, int trees) throws MalformedFrame {
        int kind = in.u8();
        int tree = in.tree(trees);
        Mutation mutation = switch (kind) {
            case CREATE -> create(in, tree);
            case WRITE -> write(in, tree);
            case SET_ATTRIBUTES ->
                new Mutation.SetAttributes(
                        tree,
                        in.id(),
                        in.i32(),
                        in.i32(),
                        in.i32(),
                        in.i32(),
                        in.positive("a size"),
                        in.timestamp(),
                        in.timestamp(),
                        (bits(in) & DROP_BIT) != 0);
            case ALLOCATE ->
                new Mutation.Allocate(
                        tree,
                        in.id(),
                        in.i32(),
                        in.positive("an offset"),
                        in.positive("a length"),
                        (bits(in) & DROP_BIT) != 0);
            case LINK -> new Mutation.Link(tree, in.id(), in.id(), in.name());
            case REMOVE -> new Mutation.Remove(tree, in.id(), in.name(), in.id(), in.u8() != 0);
            case RENAME -> rename(in, tree);
            case WHITEOUT -> new Mutation.Whiteout(rename(in, tree), create(in, tree));
            case SET_XATTR ->
                new Mutation.SetExtendedAttribute(
                        tree, in.id(), in.bytes(FrameReader.TEXT_MAX), in.longBytes(ObjectCodec.VALUE_MAX), in.i32());
            case REMOVE_XATTR -> new Mutation.RemoveExtendedAttribute(tree, in.id(), in.bytes(FrameReader.TEXT_MAX));
            case SET_FLAGS -> new Mutation.SetFlags(tree, in.id(), in.i32());
            case FLUSH -> new Mutation.Flush(tree, in.id(), in.u8() != 0);
            default -> throw new MalformedFrame("no mutation has kind " + kind);
        };
        in.end();
        return mutation;
    }

    private static Mutation write(FrameReader in, int tree) throws MalformedFrame {
        long id = in.id();
        long offset = in.positive("an offset");
        int bits = bits(in);
        if (offset + in.remaining() < 0) {
            throw new MalformedFrame("a write ends beyond the largest file");
        }
        return new Mutation.Write(tree, id, offset, in.rest(), (bits & DURABLE_BIT) != 0, (bits & DROP_BIT) != 0);
    }

    private static int kind(Mutation mutation) {
        return switch (mutation) {
            case Mutation.Create _ -> CREATE;
            case Mutation.Write _ -> WRITE;
            case Mutation.SetAttributes _ -> SET_ATTRIBUTES;
            case Mutation.Allocate _ -> ALLOCATE;
            case Mutation.Link _ -> LINK;
            case Mutation.Remove _ -> REMOVE;
            case Mutation.Rename _ -> RENAME;
            case Mutation.Whiteout _ -> WHITEOUT;
            case Mutation.SetExtendedAttribute _ -> SET_XATTR;
            case Mutation.RemoveExtendedAttribute _ -> REMOVE_XATTR;
            case Mutation.SetFlags _ -> SET_FLAGS;
            case Mutation.Flush _ -> FLUSH;
        };
    }

    private static void putCreate(ByteBuffer out, Mutation.Create m) {
        putName(out.putLong(m.parent()), m.name()).putLong(m.id());
        ObjectCodec.putAttributes(out, m.attributes());
        putName(out, m.linkTarget());
        ObjectCodec.putExtended(out, m.extendedAttributes());
    }

    private static Mutation.Create create(FrameReader in, int tree) throws MalformedFrame {
        return new Mutation.Create(
                tree,
                in.id(),
                in.name(),
                in.id(),
                ObjectCodec.attributes(in),
                in.bytes(FrameReader.TEXT_MAX),
                ObjectCodec.extended(in));
    }

    private static void putRename(ByteBuffer out, Mutation.Rename m) {
        putName(putName(out.putLong(m.parent()), m.name()).putLong(m.newParent()), m.newName())
                .putLong(m.id())
                .putLong(m.replacedId())
                .putInt(m.flags());
    }

    private static Mutation.Rename rename(FrameReader in, int tree) throws MalformedFrame {
        return new Mutation.Rename(
                tree, in.id(), in.name(), in.id(), in.name(), in.id(), in.positive("a replaced id"), in.i32());
    }

    private static byte bits(boolean durable, boolean drop) {
        return (byte) ((durable ? DURABLE_BIT : 0) | (drop ? DROP_BIT : 0));
    }

    private static int bits(FrameReader in) throws MalformedFrame {
        int bits = in.u8();
        if ((bits & ~BITS) != 0) {
            throw new MalformedFrame("unknown bits " + bits + " in a mutation");
        }
        return bits;
    }

    private static ByteBuffer putName(ByteBuffer out, byte[] name) {
        return out.putShort((short) name.length).put(name);
    }
}
