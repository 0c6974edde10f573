package dev.lockstep.replication.state;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.IdentityCodec;
import dev.lockstep.replication.wire.MalformedFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Keeps the {@link CopyRecord} on disk, in two slots of one file that are overwritten in place: what a pair has to record before it can
 * go on needs no room on a file system that is full. Both slots hold the same record; while one is being written the other is whole.
 *
 * <p>A slot is a sequence number, a length, the record and a checksum; of two whole ones the later counts. Not thread-safe.
 */
public final class RecordStore {
    private static final String NAME = "identity.slots";
    private static final String DAMAGED = "identity.damaged";

    /** Where earlier releases kept it: one record with its checksum, replaced as a whole. */
    private static final String FORMER = "identity";

    private static final byte TYPE = 'I';
    private static final int SLOTS = 2;

    /** A block of the disk, so that writing one slot touches nothing of the other. */
    private static final int SLOT_BYTES = 4096;

    private static final int SLOT_HEAD = 8 + 4;
    private static final int CRC_BYTES = 4;

    private final StateIo io;
    private StateIo.Appender file;
    private long sequence;

    /** Keeps it in the state directory. */
    public RecordStore(StateIo io) {
        this.io = io;
    }

    /** A slot that is whole. */
    private record Slot(long sequence, CopyRecord record) {}

    /**
     * What was last stored; a blank record when nothing was, or when it is damaged: then it is set aside.
     *
     * @param trouble told in a sentence when it is damaged, or when there is no room for it in advance
     */
    public CopyRecord load(Consumer<String> trouble) throws IOException {
        Optional<byte[]> slots = io.read("load-identity", NAME);
        CopyRecord record = slots.isPresent() ? fromSlots(slots.get(), trouble) : fromFormer(trouble);
        if (file == null) {
            try {
                store("reserve-identity", record);
            } catch (IOException e) {
                trouble.accept("There is no room to keep the record of this copy's generations: " + Trouble.of(e)
                        + ". Make room: without it this node cannot go on when it loses the other one.");
            }
        }
        return record;
    }

    private CopyRecord fromSlots(byte[] bytes, Consumer<String> trouble) throws IOException {
        Optional<Slot> first = slot(bytes, 0);
        Optional<Slot> second = slot(bytes, SLOT_BYTES);
        if (first.isEmpty() && second.isEmpty()) {
            return damaged(NAME, "neither of its two slots is whole", trouble);
        }
        Slot last = first.isEmpty()
                        || (second.isPresent()
                                && second.get().sequence() > first.get().sequence())
                ? second.get()
                : first.get();
        sequence = last.sequence();
        file = io.open("open-identity", NAME);
        if (!first.equals(second)) {
            // one was being written when the power failed; it must not be the only whole one that a later damage leaves
            try {
                overwrite("repair-identity", last.record());
            } catch (IOException e) {
                trouble.accept("One of two slots of the record of this copy's generations cannot be written: "
                        + Trouble.of(e) + ". Check the disk.");
            }
        }
        return last.record();
    }

    private CopyRecord fromFormer(Consumer<String> trouble) throws IOException {
        Optional<byte[]> bytes = io.read("load-identity", FORMER);
        if (bytes.isEmpty()) {
            return CopyRecord.blank();
        }
        try {
            return decode(bytes.get());
        } catch (MalformedFrame e) {
            return damaged(FORMER, Trouble.of(e), trouble);
        }
    }

    private CopyRecord damaged(String name, String why, Consumer<String> trouble) throws IOException {
        io.rename("set-identity-aside", name, DAMAGED);
        trouble.accept("The record of this copy's generations is damaged (" + why + "): it is set aside as " + DAMAGED
                + " and this copy counts as never reintegrated. Join it to a node that is up to date, or run"
                + " prim here if this node is known to have the latest data.");
        return CopyRecord.blank();
    }

    /** Stores a record; on disk when this returns. After a failure the disk has the old one or this one. */
    public void store(String operation, CopyRecord record) throws IOException {
        if (file == null) {
            io.replace(operation, NAME, image(record));
            file = io.open("open-identity", NAME);
            io.delete("drop-former-identity", List.of(FORMER));
        } else {
            overwrite(operation, record);
        }
    }

    private void overwrite(String operation, CopyRecord record) throws IOException {
        byte[] slot = slot(++sequence, record);
        for (int i = 0; i < SLOTS; i++) {
            file.write(operation, (long) i * SLOT_BYTES, ByteBuffer.wrap(slot));
            file.force(operation);
        }
    }

    /** Gives the file back. */
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private byte[] image(CopyRecord record) {
        byte[] slot = slot(++sequence, record);
        byte[] both = new byte[SLOTS * SLOT_BYTES];
        for (int i = 0; i < SLOTS; i++) {
            System.arraycopy(slot, 0, both, i * SLOT_BYTES, slot.length);
        }
        return both;
    }

    private static byte[] slot(long number, CopyRecord record) {
        byte[] content = encode(record);
        ByteBuffer out = ByteBuffer.allocate(SLOT_HEAD + content.length + CRC_BYTES);
        out.putLong(number).putInt(content.length).put(content);
        out.putInt(crc(out.array(), 0, out.position()));
        return out.array();
    }

    private static Optional<Slot> slot(byte[] bytes, int at) {
        if (bytes.length < at + SLOT_BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, at, SLOT_BYTES);
        long number = in.getLong();
        int length = in.getInt();
        if (number <= 0 || length <= 0 || length > SLOT_BYTES - SLOT_HEAD - CRC_BYTES) {
            return Optional.empty();
        }
        int end = at + SLOT_HEAD + length;
        if (ByteBuffer.wrap(bytes).getInt(end) != crc(bytes, at, SLOT_HEAD + length)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Slot(number, decode(Arrays.copyOfRange(bytes, at + SLOT_HEAD, end))));
        } catch (MalformedFrame writtenByAnotherRelease) {
            return Optional.empty();
        }
    }

    private static byte[] encode(CopyRecord record) {
        ByteBuffer out =
                ByteBuffer.allocate(Frame.HEADER + IdentityCodec.sizeOf(record.identity()) + 8 + 8 + CRC_BYTES);
        Frame.header(out, TYPE, 0);
        IdentityCodec.put(out, record.identity());
        out.putLong(record.lineage()).putLong(record.lastSynchronizedMillis());
        out.putInt(crc(out.array(), 0, out.position()));
        return out.array();
    }

    private static CopyRecord decode(byte[] bytes) throws MalformedFrame {
        if (bytes.length < CRC_BYTES) {
            throw new MalformedFrame("it is empty or cut off");
        }
        int length = bytes.length - CRC_BYTES;
        if (crc(bytes, 0, length) != ByteBuffer.wrap(bytes).getInt(length)) {
            throw new MalformedFrame("its checksum does not fit");
        }
        FrameReader in = new FrameReader(ByteBuffer.wrap(bytes, 0, length));
        CopyRecord record = new CopyRecord(IdentityCodec.read(in), in.positive("a lineage"), in.positive("a time"));
        in.end();
        return record;
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
