package dev.lockstep.fuse.tree;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * The ids of objects whose extended attributes leave no room for a label, in a file of the engine, by file handle. A handle is that of
 * one inode as long as it exists: a copy or what is restored has another one, and gets an id of its own. Thread-safe.
 */
public final class KeptIds {
    /** Most objects of a tree that may have no room. */
    static final int MAX = 4096;

    /** What to say when there are more. */
    static final String TOO_MANY =
            "more than " + MAX + " objects have extended attributes that leave no room for a label;"
                    + " make room in some (setfattr -x) and start again";

    private final Path file;
    private final Map<String, Long> ids = new HashMap<>();

    private KeptIds(Path file) {
        this.file = file;
    }

    /** What a file holds. One that is damaged holds nothing: then the objects are new ones, and are copied anew. */
    public static KeptIds read(Path file) throws IOException {
        KeptIds kept = new KeptIds(file);
        if (Files.exists(file)) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            int end = text.indexOf('\n') + 1;
            String body = text.substring(end);
            if (text.startsWith(sum(body) + "\n")) {
                body.lines()
                        .forEach(line -> kept.ids.put(
                                line.substring(0, line.indexOf(' ')),
                                Long.parseUnsignedLong(line.substring(line.indexOf(' ') + 1), 16)));
            }
        }
        return kept;
    }

    synchronized boolean isEmpty() {
        return ids.isEmpty();
    }

    /** The id of the object with a handle; 0 if it is not here. */
    synchronized long id(String handle) {
        return ids.getOrDefault(handle, 0L);
    }

    /**
     * Keeps an id, durably when this returns.
     *
     * @throws IOException if there are too many, or the file cannot be written; then it is not kept
     */
    synchronized void keep(String handle, long id) throws IOException {
        if (ids.size() >= MAX && !ids.containsKey(handle)) {
            throw new IOException(TOO_MANY);
        }
        Long before = ids.put(handle, id);
        try {
            write();
        } catch (IOException e) {
            if (before == null) {
                ids.remove(handle);
            } else {
                ids.put(handle, before);
            }
            throw e;
        }
    }

    /** Keeps, durably when this returns, exactly these: the others are gone, or have a label by now. */
    synchronized void replace(Map<String, Long> found) throws IOException {
        if (!ids.equals(found)) {
            ids.clear();
            ids.putAll(found);
            write();
        }
    }

    private void write() throws IOException {
        String body = new TreeMap<>(ids)
                .entrySet().stream()
                        .map(one -> one.getKey() + " " + Long.toHexString(one.getValue()) + "\n")
                        .collect(Collectors.joining());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, sum(body) + "\n" + body, StandardCharsets.ISO_8859_1);
        force(fresh, StandardOpenOption.WRITE);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(file.getParent(), StandardOpenOption.READ);
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    private static String sum(String body) {
        CRC32C sum = new CRC32C();
        sum.update(body.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(sum.getValue());
    }
}
