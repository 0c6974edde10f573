package dev.lockstep.replication.track;

import dev.lockstep.replication.state.StateIo;
import dev.lockstep.replication.track.LogFormat.Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Reads a dirty log back after a start. What it cannot prove to be whole it does not return. */
public final class LogRecovery {
    private final StateIo io;
    private final int trees;
    private final long zoneBytes;

    /** Reads logs with this unit; one with another unit is translated. */
    public LogRecovery(StateIo io, int trees, long zoneBytes) {
        this.io = io;
        this.trees = trees;
        this.zoneBytes = zoneBytes;
    }

    /**
     * A log read back.
     *
     * @param names its files
     */
    public record Recovered(long lineage, long lastSegment, MarkSet marks, boolean suspect, List<String> names) {}

    /**
     * Reads a log.
     *
     * @return empty if it is missing or damaged: then everything counts as changed
     * @throws IOException if a file cannot be read
     */
    public Optional<Recovered> read(long lineage) throws IOException {
        List<String> names = io.list("list-logs").stream()
                .filter(name -> LogNames.isSegmentOf(name, lineage))
                .sorted()
                .toList();
        MarkSet marks = new MarkSet(trees);
        boolean suspect = false;
        long last = 0;
        for (int i = 0; i < names.size(); i++) {
            Optional<byte[]> bytes = io.read("read-log", names.get(i));
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            ByteBuffer in = ByteBuffer.wrap(bytes.get());
            Optional<Header> header = LogFormat.header(in);
            boolean fits = header.isPresent()
                    && header.get().lineage() == lineage
                    && names.get(i).equals(LogNames.of(lineage, header.get().number()))
                    && (last == 0 || header.get().number() == last + 1);
            if (!fits || !readBatches(in, header.get().zoneBytes(), marks)) {
                return Optional.empty();
            }
            suspect |= header.get().suspect();
            last = header.get().number();
        }
        return last == 0 ? Optional.empty() : Optional.of(new Recovered(lineage, last, marks, suspect, names));
    }

    /** @return false if the segment is damaged */
    private boolean readBatches(ByteBuffer in, long unit, MarkSet marks) {
        int offset = LogFormat.HEADER;
        long number = 1;
        int count = LogFormat.batchAt(in, offset, number);
        while (count > 0) {
            if (in.getLong(offset + 8) != number) {
                return false;
            }
            for (int i = 1; i <= count; i++) {
                if (!readRecord(in, offset + i * LogFormat.RECORD, unit, marks)) {
                    return false;
                }
            }
            offset += (count + 1) * LogFormat.RECORD;
            number++;
            count = LogFormat.batchAt(in, offset, number);
        }
        return noBatchAfter(in, offset, number);
    }

    /** A whole batch beyond the unreadable one, with a later number, proves that the unreadable one was once on disk. */
    private static boolean noBatchAfter(ByteBuffer in, int offset, long number) {
        for (int at = offset; at + LogFormat.RECORD <= in.capacity(); at += LogFormat.RECORD) {
            if (LogFormat.batchAt(in, at, number) > 0) {
                return false;
            }
        }
        return true;
    }

    private boolean readRecord(ByteBuffer in, int at, long unit, MarkSet marks) {
        byte type = in.get(at);
        int tree = in.getShort(at + 2) & 0xFFFF;
        int flags = in.getInt(at + 4);
        long id = in.getLong(at + 8);
        long first = in.getLong(at + 16);
        long last = in.getLong(at + 24);
        if (tree >= trees || id <= 0) {
            return false;
        }
        ObjectMarks one = new ObjectMarks(tree, id);
        switch (type) {
            case LogFormat.TYPE_FLAGS -> {
                if (flags == 0 || (flags & ~ObjectMarks.FLAGS) != 0) {
                    return false;
                }
                one.addFlags(flags);
            }
            case LogFormat.TYPE_ZONES -> {
                if (first < 0 || last < first) {
                    return false;
                }
                translate(one, first, last, unit, zoneBytes);
            }
            default -> {
                return false;
            }
        }
        marks.merge(one);
        return true;
    }

    /** Marks zones counted in one unit as zones of another. */
    static void translate(ObjectMarks marks, long first, long last, long unit, long newUnit) {
        if (unit == newUnit) {
            marks.addZones(first, last);
            return;
        }
        boolean endless = last == ObjectMarks.ENDLESS || last >= Long.MAX_VALUE / unit - 1;
        long from = first >= Long.MAX_VALUE / unit ? ObjectMarks.ENDLESS - 1 : first * unit / newUnit;
        marks.addZones(from, endless ? ObjectMarks.ENDLESS : ((last + 1) * unit - 1) / newUnit);
    }
}
