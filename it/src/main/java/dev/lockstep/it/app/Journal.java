package dev.lockstep.it.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.zip.CRC32C;

/** A file of records of one size: a number, a payload that follows from it, and a checksum over both. */
public final class Journal implements AutoCloseable {
    /** Bytes of one record. */
    public static final int RECORD = 512;

    private static final int CHECKSUM_AT = RECORD - Long.BYTES;
    private static final int READ = RECORD * 2048;

    private final FileChannel file;
    private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD);

    private Journal(FileChannel file) {
        this.file = file;
    }

    /** Opens a journal for appending; what a crash left of a last record is filled up, so that records stay aligned. */
    public static Journal open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        file.position((file.size() + RECORD - 1) / RECORD * RECORD);
        return new Journal(file);
    }

    /** Appends a record and returns when it is on disk. */
    public void append(long number) throws IOException {
        fill(record.clear(), number);
        while (record.hasRemaining()) {
            file.write(record);
        }
        file.force(false);
    }

    private static void fill(ByteBuffer record, long number) {
        record.putLong(number);
        while (record.position() < CHECKSUM_AT) {
            record.putLong(number * 0x9E3779B97F4A7C15L + record.position());
        }
        record.putLong(checksum(record.duplicate().flip()));
        record.flip();
    }

    private static long checksum(ByteBuffer content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content);
        return checksum.getValue();
    }

    /** The numbers of the records in a journal that are whole and right. */
    public static BitSet numbers(Path path) throws IOException {
        BitSet numbers = new BitSet();
        ByteBuffer expected = ByteBuffer.allocate(RECORD);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer part = ByteBuffer.allocate(READ);
            while (file.read(part.clear()) > 0) {
                // A short read in the middle would shift every later record.
                boolean more = true;
                while (more && part.position() % RECORD != 0) {
                    more = file.read(part) > 0;
                }
                part.flip();
                while (part.remaining() >= RECORD) {
                    ByteBuffer record = part.slice(part.position(), RECORD);
                    part.position(part.position() + RECORD);
                    long number = record.getLong(0);
                    fill(expected.clear(), number);
                    if (number >= 0 && number <= Integer.MAX_VALUE && expected.equals(record)) {
                        numbers.set((int) number);
                    }
                }
            }
        }
        return numbers;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
