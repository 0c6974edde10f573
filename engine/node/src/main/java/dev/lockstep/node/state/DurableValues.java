package dev.lockstep.node.state;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A small set of named values in one file, replaced as a whole, also on a disk that has become full since the first time: what
 * {@link #put} returned from is on disk, and after a crash the file holds the old values or the new ones. A file that does not carry
 * its own checksum is set aside under another name and never trusted. Who reads never waits for the disk.
 *
 * <p>Thread-safe.
 */
public final class DurableValues {
    /** Files larger than this are no state of ours. */
    private static final long LARGEST_BYTES = 64 * 1024;

    private static final String CHECKSUM = "crc32c=";

    private final ReservedFile reserved;

    /** Never changed in place: whoever reads does not wait for a disk that hangs. */
    private volatile Map<String, String> values;

    private DurableValues(Path file, Map<String, String> values) {
        reserved = new ReservedFile(file);
        this.values = values;
    }

    /**
     * Reads the values of {@code file}; none when it does not exist or had to be set aside.
     *
     * @param clock names the copy that is set aside
     * @param notice told, in a sentence, when the file could not be trusted
     * @throws IOException if the file cannot be read or set aside
     */
    public static DurableValues open(Path file, Clock clock, Consumer<String> notice) throws IOException {
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            return new DurableValues(file, new TreeMap<>());
        }
        Optional<Map<String, String>> read = read(file);
        if (read.isPresent()) {
            return new DurableValues(file, read.get());
        }
        String stamp = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss")
                .format(clock.instant().atZone(clock.getZone()));
        Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + stamp);
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        notice.accept("The state file " + file + " is damaged: it is set aside as " + aside.getFileName()
                + " and nothing it says is trusted. Unknown facts are taken the careful way.");
        return new DurableValues(file, new TreeMap<>());
    }

    /** The value of a name, if it has one. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Whether a name has the value {@code true}; {@code otherwise} when it has none. */
    public boolean flag(String name, boolean otherwise) {
        return get(name).map(Boolean::parseBoolean).orElse(otherwise);
    }

    /** The number of a name; {@code otherwise} when it has none or it is not a number. */
    public long number(String name, long otherwise) {
        Optional<String> text = get(name);
        if (text.isEmpty() || !text.get().matches("-?[0-9]{1,18}")) {
            return otherwise;
        }
        return Long.parseLong(text.get());
    }

    /**
     * Sets some values and makes them durable. Nothing is written when nothing changes.
     *
     * @throws IOException if the disk refuses; the values in memory are unchanged then
     */
    public synchronized void put(Map<String, String> changes) throws IOException {
        Map<String, String> next = new TreeMap<>(values);
        next.putAll(changes);
        if (next.equals(values)) {
            return;
        }
        StringBuilder text = new StringBuilder();
        next.forEach((name, value) -> {
            if (!name.matches("[A-Za-z0-9._-]+") || value.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("not a value of a state file: " + name);
            }
            text.append(name).append('=').append(value).append('\n');
        });
        String checksum = checksum(text.toString());
        text.append(CHECKSUM).append(checksum).append('\n');
        reserved.replace(text.toString().getBytes(StandardCharsets.UTF_8));
        values = next;
    }

    private static Optional<Map<String, String>> read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_BYTES) {
            return Optional.empty();
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
        int last = text.lastIndexOf(CHECKSUM);
        if (last < 0 || !text.substring(last).equals(CHECKSUM + checksum(text.substring(0, last)) + "\n")) {
            return Optional.empty();
        }
        Map<String, String> values = new TreeMap<>();
        for (String line : text.substring(0, last).split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return Optional.of(values);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
