package dev.lockstep.replication.state;

import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.IdentityCodec;
import dev.lockstep.replication.wire.MalformedFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Keeps the {@link CopyRecord} on disk. Not thread-safe. */
public final class RecordStore {
    private static final String NAME = "identity";
    private static final String DAMAGED = "identity.damaged";
    private static final byte TYPE = 'I';

    private final StateIo io;

    /** Keeps it in the state directory. */
    public RecordStore(StateIo io) {
        this.io = io;
    }

    /**
     * What was last stored; a blank record when nothing was, or when it is damaged: then it is set aside.
     *
     * @param notice told in a sentence when it is damaged
     */
    public CopyRecord load(Consumer<String> notice) throws IOException {
        Optional<byte[]> bytes = io.read("load-identity", NAME);
        if (bytes.isEmpty()) {
            return CopyRecord.blank();
        }
        try {
            return decode(bytes.get());
        } catch (MalformedFrame e) {
            io.rename("set-identity-aside", NAME, DAMAGED);
            notice.accept(
                    "The record of this copy's generations is damaged (" + e.getMessage() + "): it is set aside as "
                            + DAMAGED
                            + " and this copy counts as never reintegrated. Join it to a node that is up to date, or run"
                            + " prim here if this node is known to have the latest data.");
            return CopyRecord.blank();
        }
    }

    /** Stores a record; on disk when this returns. */
    public void store(String operation, CopyRecord record) throws IOException {
        io.replace(operation, NAME, encode(record));
    }

    private static byte[] encode(CopyRecord record) {
        ByteBuffer out = ByteBuffer.allocate(Frame.HEADER + IdentityCodec.sizeOf(record.identity()) + 8 + 8 + 4);
        Frame.header(out, TYPE, 0);
        IdentityCodec.put(out, record.identity());
        out.putLong(record.lineage()).putLong(record.lastSynchronizedMillis());
        CRC32C crc = new CRC32C();
        crc.update(out.array(), 0, out.position());
        out.putInt((int) crc.getValue());
        return out.array();
    }

    private static CopyRecord decode(byte[] bytes) throws MalformedFrame {
        if (bytes.length < 4) {
            throw new MalformedFrame("it is empty or cut off");
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        if ((int) crc.getValue() != ByteBuffer.wrap(bytes).getInt(bytes.length - 4)) {
            throw new MalformedFrame("its checksum does not fit");
        }
        FrameReader in = new FrameReader(ByteBuffer.wrap(bytes, 0, bytes.length - 4));
        CopyRecord record = new CopyRecord(IdentityCodec.read(in), in.positive("a lineage"), in.positive("a time"));
        in.end();
        return record;
    }
}
