package dev.lockstep.replication.track;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The dirty log's bytes. A segment is a header of {@value #HEADER} bytes, then batches; a batch is a head of {@value #RECORD} bytes
 * (magic, checksum of the batch, batch number, count) and its records of {@value #RECORD} bytes. One batch is one force to disk, and the
 * next is written only after it: so an unreadable batch followed by a readable one is damage, an unreadable one at the end is a write
 * the crash cut off, of which nothing was relied upon. Zeros after the last batch are space prepared for more.
 */
final class LogFormat {
    static final int HEADER = 64;
    static final int RECORD = 32;

    static final byte TYPE_FLAGS = 1;
    static final byte TYPE_ZONES = 2;

    private static final long HEADER_MAGIC = 0x4C6B_7344_6972_7479L;
    private static final int BATCH_MAGIC = 0x4C6B_4261;
    private static final int VERSION = 1;
    private static final int CRC_AT = HEADER - 4;

    private LogFormat() {}

    /**
     * Head of a segment.
     *
     * @param lineage the log the segment belongs to
     * @param number of the segment, from 1
     * @param zoneBytes unit of zone numbers
     * @param suspect whether marks were recovered from a pair that crashed
     */
    record Header(long lineage, long number, long zoneBytes, boolean suspect) {}

    static void putHeader(ByteBuffer out, Header header) {
        int start = out.position();
        out.putLong(HEADER_MAGIC).putInt(VERSION).putInt(header.suspect() ? 1 : 0);
        out.putLong(header.lineage()).putLong(header.number()).putLong(header.zoneBytes());
        while (out.position() < start + CRC_AT) {
            out.put((byte) 0);
        }
        out.putInt(crc(out, start, CRC_AT));
    }

    static Optional<Header> header(ByteBuffer in) {
        if (in.capacity() < HEADER
                || in.getLong(0) != HEADER_MAGIC
                || in.getInt(8) != VERSION
                || in.getInt(CRC_AT) != crc(in, 0, CRC_AT)) {
            return Optional.empty();
        }
        return Optional.of(new Header(in.getLong(16), in.getLong(24), in.getLong(32), in.getInt(12) != 0));
    }

    static void putRecord(ByteBuffer out, byte type, int tree, int flags, long id, long a, long b) {
        out.put(type)
                .put((byte) 0)
                .putShort((short) tree)
                .putInt(flags)
                .putLong(id)
                .putLong(a)
                .putLong(b);
    }

    /** Fills in the head of a batch whose records already follow it. */
    static void sealBatch(ByteBuffer batch, long number, int count) {
        batch.putInt(0, BATCH_MAGIC)
                .putInt(4, 0)
                .putLong(8, number)
                .putInt(16, count)
                .putInt(20, 0)
                .putLong(24, 0);
        batch.putInt(4, crc(batch, 0, RECORD + count * RECORD));
    }

    /** Records of the batch at an offset, or -1 if there is no whole batch with this number there. */
    static int batchAt(ByteBuffer in, int offset, long number) {
        if (offset + RECORD > in.capacity() || in.getInt(offset) != BATCH_MAGIC || in.getLong(offset + 8) < number) {
            return -1;
        }
        int count = in.getInt(offset + 16);
        if (count <= 0 || count > (in.capacity() - offset) / RECORD - 1) {
            return -1;
        }
        int length = RECORD + count * RECORD;
        CRC32C crc = new CRC32C();
        crc.update(in.slice(offset, 4));
        crc.update(new byte[4]);
        crc.update(in.slice(offset + 8, length - 8));
        return (int) crc.getValue() == in.getInt(offset + 4) ? count : -1;
    }

    private static int crc(ByteBuffer in, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(in.slice(start, length));
        return (int) crc.getValue();
    }
}
