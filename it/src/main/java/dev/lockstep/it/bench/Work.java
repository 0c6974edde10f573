package dev.lockstep.it.bench;

import java.util.List;

/** What fio, or {@link SmallFiles}, is asked to do, and which of its figures counts. Names and units are those of the JSON output. */
enum Work {
    DURABLE_WRITE(
            "4 KiB write + fdatasync", "operations/s", "--rw=randwrite --bs=4k --fdatasync=1 --overwrite=1", "128m"),
    WRITE("4 KiB write", "operations/s", "--rw=randwrite --bs=4k --overwrite=1", "128m"),
    SEQUENTIAL_WRITE("1 MiB sequential write", "MiB/s", "--rw=write --bs=1m --end_fsync=1", "512m"),
    COLD_READ("cold read", "MiB/s", "--rw=read --bs=1m", "512m"),
    OPEN_READ_CLOSE("open+read+close", "files/s", "", ""),
    CREATE_WRITE_CLOSE("create+write+close", "files/s", "", "");

    private final String label;
    private final String unit;
    private final String options;
    private final String size;

    Work(String label, String unit, String options, String size) {
        this.label = label;
        this.unit = unit;
        this.options = options;
        this.size = size;
    }

    String label() {
        return label;
    }

    String unit() {
        return unit;
    }

    /** Options of fio besides those that all works share. */
    List<String> options() {
        return List.of(options.split(" ", -1));
    }

    /** Bytes of the file, in fio's words. */
    String size() {
        return size;
    }

    /** Whether the file is written anew by each run rather than for a time. */
    boolean wholeFile() {
        return this == SEQUENTIAL_WRITE || this == COLD_READ;
    }

    /** Whether it writes block by block, in random order. */
    boolean blockwise() {
        return this == DURABLE_WRITE || this == WRITE;
    }

    /** Whether it uses many small files, which {@link SmallFiles} does. */
    boolean smallFiles() {
        return this == OPEN_READ_CLOSE || this == CREATE_WRITE_CLOSE;
    }

    boolean reads() {
        return this == COLD_READ;
    }
}
