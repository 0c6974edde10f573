package dev.lockstep.node.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What was applied of a module, file by file, kept in the state of the node, which is root's: what the engine runs later must be the
 * same. There is one record, and while a module is being applied one for the former configuration as well.
 *
 * @param files digest of each file, by its path in the applied folder
 */
record AppliedRecord(Map<String, String> files) {
    private static final String PREFIX = "applied-";
    private static final String SUFFIX = ".files";
    private static final String SCRIPTS = "bin/";

    /** Differences that are named. */
    private static final int NAMED_MAX = 5;

    /** Largest record that is read: {@link ModuleFolder#FILES} names of ordinary length. */
    private static final long BYTES_MAX = 16L << 20;

    /** Of a folder as it is now. */
    static AppliedRecord of(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (String part : List.of("conf", "bin")) {
            for (Path file : ModuleFolder.files(folder.resolve(part))) {
                files.put(escaped(folder.relativize(file).toString()), digest(file));
            }
        }
        return new AppliedRecord(files);
    }

    /** A name on one line. */
    private static String escaped(String name) {
        return name.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String digest(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return Signature.full(content);
        }
    }

    /** Whether records of a module were ever kept. */
    static boolean anyIn(Path state) throws IOException {
        return !all(state).isEmpty();
    }

    private static List<Path> all(Path state) throws IOException {
        try (Stream<Path> entries = Files.list(state)) {
            return entries.filter(entry -> {
                        String name = entry.getFileName().toString();
                        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
                    })
                    .sorted()
                    .toList();
        }
    }

    /** Keeps this record beside those that are there. */
    void keep(Path state) throws IOException {
        PrivateFile.replace(file(state), text().getBytes(StandardCharsets.UTF_8));
    }

    /** Removes every record but this one. */
    void dropOthers(Path state) throws IOException {
        Path own = file(state);
        for (Path file : all(state)) {
            if (!file.equals(own)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Removes every record of a module. */
    static void dropAll(Path state) throws IOException {
        for (Path file : all(state)) {
            Files.deleteIfExists(file);
        }
    }

    private Path file(Path state) {
        return state.resolve(PREFIX + Signature.of(text().getBytes(StandardCharsets.UTF_8)) + SUFFIX);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        files.forEach(
                (name, digest) -> text.append(digest).append(' ').append(name).append('\n'));
        return text.toString();
    }

    private static Optional<AppliedRecord> read(Path file) throws IOException {
        if (Files.size(file) > BYTES_MAX) {
            return Optional.empty();
        }
        Map<String, String> files = new TreeMap<>();
        for (String line : Files.readString(file).split("\n", -1)) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                files.put(line.substring(blank + 1), line.substring(0, blank));
            }
        }
        return Optional.of(new AppliedRecord(files));
    }

    /**
     * How this folder differs from what was applied, in a sentence; empty when it does not. A file that was added beside the scripts is
     * no difference: hooks may keep something there.
     */
    String difference(Path state) throws IOException {
        String difference = "No record of it is left.";
        for (Path file : all(state)) {
            Optional<AppliedRecord> kept = read(file);
            if (kept.isPresent()) {
                difference = differenceFrom(kept.get());
                if (difference.isEmpty()) {
                    return "";
                }
            }
        }
        return difference;
    }

    private String differenceFrom(AppliedRecord applied) {
        List<String> differences = new ArrayList<>();
        applied.files.forEach((name, digest) -> {
            String now = files.get(name);
            if (now == null) {
                differences.add(name + " is gone");
            } else if (!now.equals(digest)) {
                differences.add(name + " was changed");
            }
        });
        files.keySet().stream()
                .filter(name -> name.startsWith(SCRIPTS) && !applied.files.containsKey(name))
                .forEach(name -> differences.add(name + " was added"));
        if (differences.isEmpty()) {
            return "";
        }
        int more = differences.size() - NAMED_MAX;
        return String.join(", ", differences.subList(0, Math.min(NAMED_MAX, differences.size())))
                + (more > 0 ? " and " + more + " more" : "") + ".";
    }
}
