package dev.lockstep.node.hooks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The script logs of a module: one file per call, the oldest go when there are too many. */
public final class UserLogs {
    /** Files kept per module: some hundred starts and stops. */
    static final int KEPT = 500;

    /** Calls of one hook within one second that get a file of their own. */
    private static final int SAME_SECOND = 1_000;

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss", Locale.ROOT);
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);
    private static final String PREFIX = "userlog_";
    private static final String SUFFIX = ".ulog";

    private final Path directory;
    private final long fileBytes;
    private final Clock clock;

    UserLogs(Path directory, long fileBytes, Clock clock) {
        this.directory = directory;
        this.fileBytes = fileBytes;
        this.clock = clock;
    }

    /** A script log that was begun. */
    record UserLog(Path file, BoundedOutput output) {}

    /** The youngest log of a hook in a module's state, if there is one. */
    public static Optional<Path> newest(Path directory, String hook) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> {
                        String name = entry.getFileName().toString();
                        return name.startsWith(PREFIX)
                                && name.substring(PREFIX.length()).matches("[^_]+_" + hook + "(-[0-9]+)?\\" + SUFFIX);
                    })
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()));
        }
    }

    /** Begins the log of one call and writes its first line. */
    UserLog begin(String hook) throws IOException {
        Files.createDirectories(directory);
        dropOldest();
        OffsetDateTime now = OffsetDateTime.now(clock);
        Path file = create(STAMP.format(now), hook);
        OutputStream stream = Files.newOutputStream(file, StandardOpenOption.APPEND);
        stream.write(("-------- " + MOMENT.format(now) + " " + hook + "\n").getBytes(StandardCharsets.UTF_8));
        return new UserLog(file, new BoundedOutput(stream, fileBytes));
    }

    private synchronized Path create(String stamp, String hook) throws IOException {
        for (int i = 1; i < SAME_SECOND; i++) {
            String number = i == 1 ? "" : "-" + i;
            Path file = directory.resolve(PREFIX + stamp + "_" + hook + number + SUFFIX);
            if (Files.notExists(file)) {
                return Files.createFile(file);
            }
        }
        throw new IOException("too many calls of " + hook + " in one second");
    }

    private synchronized void dropOldest() throws IOException {
        List<Path> logs;
        try (Stream<Path> entries = Files.list(directory)) {
            logs = entries.filter(entry -> {
                        String name = entry.getFileName().toString();
                        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
                    })
                    .sorted()
                    .toList();
        }
        for (Path old : logs.subList(0, Math.max(0, logs.size() - KEPT + 1))) {
            Files.deleteIfExists(old);
        }
    }
}
