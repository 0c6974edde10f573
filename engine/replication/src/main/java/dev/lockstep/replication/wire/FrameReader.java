package dev.lockstep.replication.wire;

import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.Timestamp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads a frame of the peer, checking every length before it is used. Not thread-safe; used within one call of the transport. */
public final class FrameReader {
    /** Longest name of a directory entry, as on every file system we know. */
    static final int NAME_MAX = 255;
    /** Longest symbolic link target and extended attribute name. */
    static final int TEXT_MAX = 4096;

    private final ByteBuffer in;
    private final byte type;
    private final int number;

    /** Reads the header.
     * @throws MalformedFrame if it is not one of our version */
    public FrameReader(ByteBuffer frame) throws MalformedFrame {
        in = frame.duplicate().order(ByteOrder.BIG_ENDIAN);
        if (in.remaining() < Frame.HEADER) {
            throw new MalformedFrame("a frame of " + in.remaining() + " bytes is too short");
        }
        byte version = in.get();
        if (version != Frame.VERSION) {
            throw new MalformedFrame(
                    "the peer speaks version " + version + " of the replication protocol, this node version "
                            + Frame.VERSION + ": run the same release on both nodes");
        }
        type = in.get();
        number = in.getInt();
    }

    /** One of the constants of {@link Frame}, or unknown. */
    public byte type() {
        return type;
    }

    /** The number of the header. */
    public int number() {
        return number;
    }

    /** Bytes not yet read. */
    public int remaining() {
        return in.remaining();
    }

    /** The rest of the frame, not copied. */
    public ByteBuffer rest() {
        ByteBuffer rest = in.slice();
        in.position(in.limit());
        return rest;
    }

    /** Bytes with a 32-bit length, not copied. */
    public ByteBuffer part() throws MalformedFrame {
        int length = i32();
        if (length < 0) {
            throw new MalformedFrame("a field of " + length + " bytes");
        }
        need(length);
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return part;
    }

    /** One unsigned byte. */
    public int u8() throws MalformedFrame {
        need(1);
        return in.get() & 0xFF;
    }

    /** An unsigned 16-bit number. */
    public int u16() throws MalformedFrame {
        need(2);
        return in.getShort() & 0xFFFF;
    }

    /** A 32-bit number. */
    public int i32() throws MalformedFrame {
        need(4);
        return in.getInt();
    }

    /** A 64-bit number. */
    public long i64() throws MalformedFrame {
        need(8);
        return in.getLong();
    }

    /** A 64-bit number that is not negative. */
    public long positive(String what) throws MalformedFrame {
        long value = i64();
        if (value < 0) {
            throw new MalformedFrame(what + " is negative: " + value);
        }
        return value;
    }

    /** A time of a file. */
    public Timestamp timestamp() throws MalformedFrame {
        long seconds = i64();
        int nanos = i32();
        if (!Timestamp.isFraction(nanos)) {
            throw new MalformedFrame(nanos + " nanoseconds are no part of a second");
        }
        return new Timestamp(seconds, nanos);
    }

    /** A count of things of at least {@code each} bytes, which the rest of the frame must be able to hold. */
    public int count(int each) throws MalformedFrame {
        int count = i32();
        if (count < 0 || (long) count * each > in.remaining()) {
            throw new MalformedFrame("a count of " + count + " does not fit the frame");
        }
        return count;
    }

    /** The stable id of an object. */
    public long id() throws MalformedFrame {
        long id = i64();
        if (id <= 0) {
            throw new MalformedFrame("an object id is " + id);
        }
        return id;
    }

    /** The index of a tree below {@code trees}. */
    public int tree(int trees) throws MalformedFrame {
        int tree = u16();
        if (tree >= trees) {
            throw new MalformedFrame(
                    "tree " + tree + " of " + trees + ": the two nodes do not replicate the same directories");
        }
        return tree;
    }

    /** The name of a directory entry. */
    public byte[] name() throws MalformedFrame {
        byte[] name = bytes(NAME_MAX);
        boolean dots = name.length <= 2 && name.length > 0 && name[0] == '.' && name[name.length - 1] == '.';
        if (name.length == 0 || dots) {
            throw new MalformedFrame("an entry has no usable name");
        }
        for (byte b : name) {
            if (b == 0 || b == '/') {
                throw new MalformedFrame("an entry's name holds a slash or a NUL");
            }
        }
        return name;
    }

    /** Bytes with a 16-bit length. */
    public byte[] bytes(int most) throws MalformedFrame {
        return take(u16(), most);
    }

    /** Bytes with a 32-bit length. */
    public byte[] longBytes(int most) throws MalformedFrame {
        return take(i32(), most);
    }

    /** Text with a 16-bit length. */
    public String text() throws MalformedFrame {
        return new String(bytes(TEXT_MAX), StandardCharsets.UTF_8);
    }

    /** The kind of an object. */
    public ObjectKind kind() throws MalformedFrame {
        int code = u8();
        for (ObjectKind kind : ObjectKind.values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        throw new MalformedFrame("no object kind has code " + code);
    }

    /** The frame must be read to its end now. */
    public void end() throws MalformedFrame {
        if (in.hasRemaining()) {
            throw new MalformedFrame(in.remaining() + " bytes too many in a frame of type " + type);
        }
    }

    private byte[] take(int length, int most) throws MalformedFrame {
        if (length < 0 || length > most) {
            throw new MalformedFrame("a field of " + length + " bytes, at most " + most + " allowed");
        }
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private void need(int bytes) throws MalformedFrame {
        if (in.remaining() < bytes) {
            throw new MalformedFrame("a frame of type " + type + " ends too early");
        }
    }
}
