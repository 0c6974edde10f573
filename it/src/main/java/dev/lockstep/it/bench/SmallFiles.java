package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Host;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Opens many small files one after the other, or makes them: what mail, sources and web pages cost. */
public final class SmallFiles {
    private static final int FILES = 200;
    private static final int SIZE = 1_024;
    private static final int BATCH = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private SmallFiles() {}

    /** Files per second in one directory, the mean of all, when each of some directories is used at once. */
    static double measure(Host host, List<String> directories, Work work, int seconds) {
        List<CompletableFuture<Double>> found = directories.stream()
                .map(directory -> CompletableFuture.supplyAsync(() -> {
                    List<String> command = java(work.name(), directory, Integer.toString(seconds));
                    String figure =
                            host.run(PATIENCE, Map.of(), command).expectOk().out();
                    return Double.parseDouble(figure.strip());
                }))
                .toList();
        return found.stream().mapToDouble(CompletableFuture::join).average().orElseThrow();
    }

    private static List<String> java(String... words) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                SmallFiles.class.getName()));
        command.addAll(List.of(words));
        return command;
    }

    /** {@code WORK DIRECTORY SECONDS}; prints files per second. */
    public static void main(String[] words) throws IOException {
        Path directory = Files.createDirectories(Path.of(words[1], "small-files"));
        long nanos = Duration.ofSeconds(Long.parseLong(words[2])).toNanos();
        boolean reads = Work.valueOf(words[0]) == Work.OPEN_READ_CLOSE;
        for (int file = 0; reads && file < FILES; file++) {
            Files.write(directory.resolve("r" + file), new byte[SIZE]);
        }
        byte[] content = new byte[SIZE];
        long begun = System.nanoTime();
        long done = 0;
        while (System.nanoTime() - begun < nanos) {
            for (int i = 0; i < BATCH; i++) {
                if (reads) {
                    read(directory + "/r" + done % FILES, content);
                } else {
                    write(directory + "/c" + done, content);
                }
                done++;
            }
        }
        System.out.println(done * 1e9 / (System.nanoTime() - begun));
        for (long file = 0; !reads && file < done; file++) {
            Files.delete(directory.resolve("c" + file));
        }
    }

    private static void read(String file, byte[] content) throws IOException {
        try (FileInputStream in = new FileInputStream(file)) {
            if (in.read(content) != content.length) {
                throw new IOException(file + " is shorter than it was made");
            }
        }
    }

    private static void write(String file, byte[] content) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file)) {
            out.write(content);
        }
    }
}
