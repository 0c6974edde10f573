package dev.lockstep.it.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the demo showed, in figures. */
record Summary(long acknowledged, long lost, long takeoverMillis, long reintegratedBytes, boolean ok) {
    /** Writes the figures for scripts. */
    void write(Path file) throws IOException {
        Files.writeString(
                file,
                "{\"acknowledged\": " + acknowledged + ", \"lost\": " + lost + ", \"takeover_ms\": " + takeoverMillis
                        + ", \"reintegrated_bytes\": " + reintegratedBytes + ", \"ok\": " + ok + "}\n");
    }
}
