package dev.lockstep.replication.kit;

import dev.lockstep.replication.state.StateIo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A state directory in memory that loses, or tears, what was not forced when it crashes. Thread-safe. */
public final class MemoryStateIo implements StateIo {
    private static final int SECTOR = 512;

    private final TreeMap<String, Content> files = new TreeMap<>();
    private final Faults faults;
    private boolean dead;

    private static final class Content {
        private byte[] written = new byte[0];
        private byte[] forced = new byte[0];
    }

    /** An empty directory. */
    public MemoryStateIo(Faults faults) {
        this.faults = faults;
    }

    /** Power off. @return the directory as the disk has it */
    public synchronized MemoryStateIo crash(Random random) {
        dead = true;
        return copyAfterCrash(random);
    }

    /** What the disk would have if the power failed now; this one goes on. */
    public synchronized MemoryStateIo copyAfterCrash(Random random) {
        MemoryStateIo survivor = new MemoryStateIo(faults);
        files.forEach((name, content) -> {
            Content left = new Content();
            left.written = torn(content, random);
            left.forced = left.written.clone();
            survivor.files.put(name, left);
        });
        return survivor;
    }

    /** The process ended, the host did not. */
    public synchronized MemoryStateIo restart() {
        dead = true;
        MemoryStateIo same = new MemoryStateIo(faults);
        same.files.putAll(files);
        return same;
    }

    private static byte[] torn(Content content, Random random) {
        byte[] left = Arrays.copyOf(
                content.forced,
                random.nextBoolean()
                        ? content.written.length
                        : Math.min(content.forced.length, content.written.length));
        for (int at = 0; at < left.length; at += SECTOR) {
            if (random.nextBoolean() && at < content.written.length) {
                System.arraycopy(
                        content.written,
                        at,
                        left,
                        at,
                        Math.min(SECTOR, Math.min(left.length, content.written.length) - at));
            }
        }
        return left;
    }

    /** Damages a byte of every dirty log. */
    public synchronized void damageLogs(int offset) {
        for (Map.Entry<String, Content> file : files.entrySet()) {
            if (file.getKey().startsWith("dirty-")) {
                file.getValue().written[offset] ^= 0x55;
                file.getValue().forced[offset] ^= 0x55;
            }
        }
    }

    /** Replaces a file by garbage. */
    public synchronized void overwrite(String name, byte[] content) {
        Content file = new Content();
        file.written = content.clone();
        file.forced = content.clone();
        files.put(name, file);
    }

    /** Names of all files. */
    public synchronized List<String> names() {
        return List.copyOf(files.keySet());
    }

    private void alive(String operation) throws IOException {
        if (dead) {
            throw new IOException(operation + " on a dead host");
        }
        Optional<Integer> errno = faults.hit("state." + operation);
        synchronized (this) {
            if (dead || errno.isPresent()) {
                throw new IOException(operation + " failed");
            }
        }
    }

    @Override
    public List<String> list(String operation) throws IOException {
        alive(operation);
        return names();
    }

    @Override
    public Optional<byte[]> read(String operation, String name) throws IOException {
        alive(operation);
        synchronized (this) {
            return Optional.ofNullable(files.get(name)).map(content -> content.written.clone());
        }
    }

    @Override
    public void replace(String operation, String name, byte[] content) throws IOException {
        alive(operation);
        overwrite(name, content);
        alive(operation + ".after");
    }

    @Override
    public void rename(String operation, String name, String newName) throws IOException {
        alive(operation);
        synchronized (this) {
            files.put(newName, files.remove(name));
        }
        alive(operation + ".after");
    }

    @Override
    public void delete(String operation, List<String> names) throws IOException {
        for (String name : names) {
            alive(operation);
            synchronized (this) {
                files.remove(name);
            }
        }
    }

    @Override
    public Appender create(String operation, String name) throws IOException {
        alive(operation);
        Content content = new Content();
        synchronized (this) {
            files.put(name, content);
        }
        return appender(content);
    }

    @Override
    public Appender open(String operation, String name) throws IOException {
        alive(operation);
        synchronized (this) {
            Content content = files.get(name);
            if (content == null) {
                throw new NoSuchFileException(name);
            }
            return appender(content);
        }
    }

    private Appender appender(Content content) {
        return new Appender() {
            @Override
            public void write(String step, long offset, ByteBuffer bytes) throws IOException {
                alive(step);
                synchronized (MemoryStateIo.this) {
                    int end = (int) offset + bytes.remaining();
                    content.written = Arrays.copyOf(content.written, Math.max(end, content.written.length));
                    bytes.get(content.written, (int) offset, bytes.remaining());
                }
            }

            @Override
            public void force(String step) throws IOException {
                alive(step);
                synchronized (MemoryStateIo.this) {
                    content.forced = content.written.clone();
                }
                alive(step + ".after");
            }

            @Override
            public void close() {}
        };
    }

    /** All bytes of all files, to see whether something changed. */
    public synchronized byte[] everything() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        files.forEach((name, content) -> all.writeBytes(content.written));
        return all.toByteArray();
    }
}
