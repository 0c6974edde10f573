package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.Timestamp;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/** The change time of every object at the moment the directory was let go of, in a file with a checksum. */
public final class Checkpoint {
    private static final long MAGIC = 0x4c4f434b53544550L;
    private static final int VERSION = 2;
    private static final int FIXED_BYTES = 24;
    private static final int ENTRY_BYTES = 20;

    /** Of each id the seconds and the nanoseconds. */
    private final LongTable times = new LongTable(2);

    /** Records an object. */
    void put(long id, Timestamp changed) {
        int at = times.findOrAdd(id);
        times.setValue(at, changed.seconds());
        times.setValue(at + 1, changed.nanos());
    }

    /** Whether this object was there, with this change time. */
    boolean holds(long id, Timestamp changed) {
        int at = times.find(id);
        return at >= 0 && times.value(at) == changed.seconds() && times.value(at + 1) == changed.nanos();
    }

    /** Writes the file so that a crash leaves the old one, none, or the whole new one. */
    public void write(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        CRC32C sum = new CRC32C();
        try (FileOutputStream raw = new FileOutputStream(fresh.toFile());
                DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(new CheckedOutputStream(raw, sum)))) {
            out.writeLong(MAGIC);
            out.writeInt(VERSION);
            long[] ids = times.keys();
            out.writeInt(ids.length);
            for (long id : ids) {
                out.writeLong(id);
                int at = times.find(id);
                out.writeLong(times.value(at));
                out.writeInt((int) times.value(at + 1));
            }
            out.flush();
            out.writeLong(sum.getValue());
            out.flush();
            raw.getChannel().force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(file.getParent());
    }

    /** Reads the file and deletes it for good, so that it cannot speak for a later time; empty if there is none that is whole. */
    public static Optional<Checkpoint> take(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Optional<Checkpoint> result = read(file);
        Files.delete(file);
        forceDirectory(file.getParent());
        return result;
    }

    private static Optional<Checkpoint> read(Path file) throws IOException {
        CRC32C sum = new CRC32C();
        Checkpoint checkpoint = new Checkpoint();
        long size = Files.size(file);
        try (DataInputStream in =
                new DataInputStream(new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), sum))) {
            // A file of another version says nothing this one could rely on: it is as if there were none.
            if (size < FIXED_BYTES || in.readLong() != MAGIC || in.readInt() != VERSION) {
                return Optional.empty();
            }
            int count = in.readInt();
            if (size != FIXED_BYTES + (long) ENTRY_BYTES * count) {
                return Optional.empty();
            }
            for (int i = 0; i < count; i++) {
                long id = in.readLong();
                long seconds = in.readLong();
                int nanos = in.readInt();
                if (id == 0 || !Timestamp.isFraction(nanos)) {
                    return Optional.empty();
                }
                checkpoint.put(id, new Timestamp(seconds, nanos));
            }
            long expected = sum.getValue();
            return in.readLong() == expected ? Optional.of(checkpoint) : Optional.empty();
        }
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
