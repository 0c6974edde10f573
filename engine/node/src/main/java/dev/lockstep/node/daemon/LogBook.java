package dev.lockstep.node.daemon;

import dev.lockstep.node.log.FileModuleLog;
import dev.lockstep.node.log.ModuleLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The logs of the modules, each opened once and kept open until the daemon ends. Thread-safe. */
public final class LogBook implements AutoCloseable {
    private final Path states;
    private final Executor threads;
    private final Clock clock;
    private final Map<String, ModuleLog> logs = new ConcurrentHashMap<>();

    /** Logs of the modules of a node.
     * @param var state of the node
     * @param threads on which lines are written; a disk may hold them up */
    public LogBook(Path var, Executor threads, Clock clock) {
        this.threads = threads;
        this.states = var.resolve("state");
        this.clock = clock;
    }

    /** The log of a module.
     * @throws UncheckedIOException if its file cannot be opened */
    public ModuleLog of(String module) {
        return logs.computeIfAbsent(module, this::open);
    }

    private ModuleLog open(String module) {
        try {
            return new FileModuleLog(module, Files.createDirectories(states.resolve(module)), threads, clock);
        } catch (IOException failure) {
            throw new UncheckedIOException("the log of the module " + module + " cannot be opened", failure);
        }
    }

    @Override
    public void close() {
        logs.values().forEach(ModuleLog::close);
        logs.clear();
    }
}
