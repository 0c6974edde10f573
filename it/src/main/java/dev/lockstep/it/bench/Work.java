package dev.lockstep.it.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What is measured. Labels and units are those of the table and of the JSON output. */
enum Work {
    FSYNC(
            "fsync1",
            "4 KiB write + fdatasync",
            Program.FIO,
            1,
            "--rw=randwrite --bs=4k --fdatasync=1 --overwrite=1",
            "32m"),
    FSYNC_4(
            "fsync4",
            "the same, 4 writers",
            Program.FIO,
            4,
            "--rw=randwrite --bs=4k --fdatasync=1 --overwrite=1",
            "8m"),
    FSYNC_16(
            "fsync16",
            "the same, 16 writers",
            Program.FIO,
            16,
            "--rw=randwrite --bs=4k --fdatasync=1 --overwrite=1",
            "4m"),
    WRITE("write", "4 KiB write", Program.FIO, 1, "--rw=randwrite --bs=4k --overwrite=1", "32m"),
    SEQUENTIAL(
            "sequential",
            "1 MiB sequential write",
            Program.FIO,
            1,
            "--rw=write --bs=1m --end_fsync=1 --loops=4",
            "128m"),
    COLD_READ("read", "cold read", Program.FIO, 1, "--rw=read --bs=1m", "128m"),
    SMALL_READ("open", "open + read + close", Program.SMALL_FILES, 1, "read", "2000"),
    SMALL_WRITE("create", "create + write + close", Program.SMALL_FILES, 1, "create", "0"),
    PGBENCH("pgbench", "pgbench, 4 clients", Program.PGBENCH, 4, "", "");

    /** What does the work. */
    enum Program {
        FIO,
        SMALL_FILES,
        PGBENCH
    }

    private final String key;
    private final String label;
    private final Program program;
    private final int jobs;
    private final String options;
    private final String size;

    Work(String key, String label, Program program, int jobs, String options, String size) {
        this.key = key;
        this.label = label;
        this.program = program;
        this.jobs = jobs;
        this.options = options;
        this.size = size;
    }

    /** The works that go by these words, separated by commas; in their usual order. */
    static List<Work> chosen(String words) {
        List<String> keys = List.of(words.split(",", -1));
        for (String word : keys) {
            if (Arrays.stream(values()).noneMatch(work -> work.key.equals(word))) {
                throw new IllegalArgumentException("\"" + word + "\" is not one of " + keys());
            }
        }
        return Arrays.stream(values()).filter(work -> keys.contains(work.key)).toList();
    }

    /** The words that choose a work. */
    static String keys() {
        return Arrays.stream(values()).map(work -> work.key).collect(Collectors.joining(", "));
    }

    String label() {
        return label;
    }

    String unit() {
        return switch (program) {
            case FIO -> wholeFile() ? "MiB/s" : "operations/s";
            case SMALL_FILES -> "files/s";
            case PGBENCH -> "transactions/s";
        };
    }

    Program program() {
        return program;
    }

    /** How many do it at once. */
    int jobs() {
        return jobs;
    }

    /** Options of the program besides those that all works share. */
    List<String> options() {
        return List.of(options.split(" ", -1));
    }

    /** Bytes of each file in fio's words, or how many files. */
    String size() {
        return size;
    }

    /** Whether the file is written anew by each run rather than for a time. */
    boolean wholeFile() {
        return this == SEQUENTIAL || this == COLD_READ;
    }

    /** Whether it flushes what it has written before it goes on. */
    boolean flushes() {
        return this == FSYNC || this == FSYNC_4 || this == FSYNC_16;
    }

    /** Whether it writes block by block, in random order. */
    boolean blockwise() {
        return flushes() || this == WRITE;
    }

    boolean reads() {
        return this == COLD_READ;
    }
}
