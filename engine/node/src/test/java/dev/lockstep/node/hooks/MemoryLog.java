package dev.lockstep.node.hooks;

import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.log.LogLine;
import dev.lockstep.node.log.ModuleLog;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A module log in memory. */
final class MemoryLog implements ModuleLog {
    private final List<LogLine> lines = new CopyOnWriteArrayList<>();

    @Override
    public void write(LogLevel level, String origin, int key, String text) {
        lines.add(new LogLine(Instant.EPOCH, origin, level, key, text));
    }

    List<String> texts(LogLevel level) {
        return lines.stream()
                .filter(line -> line.level() == level)
                .map(LogLine::text)
                .toList();
    }

    @Override
    public List<LogLine> tail(int count, boolean verbose) {
        return List.copyOf(lines);
    }

    @Override
    public Following follow(int back, boolean verbose, Consumer<LogLine> reader) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        lines.clear();
    }
}
