package dev.lockstep.node.store;

import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.log.FileModuleLog;
import dev.lockstep.node.log.ModuleLog;
import dev.lockstep.node.store.ModuleStore.Installed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A store below a directory, in a cluster of one node. */
final class StoreBench implements AutoCloseable {
    private static final String CONFIGURATION =
            "<safe><macro name=\"DIR\" value=\"/srv/data\"/><service mode=\"mirror\"><user/></service></safe>";

    private final Path var;
    private final Map<String, ModuleLog> logs = new HashMap<>();
    private final ModuleStore store;

    private StoreBench(Path directory) throws Exception {
        var = directory.resolve("var");
        FileClusterStore clusters =
                new FileClusterStore(var, new PlainConfigurations(), address -> true, Optional.empty());
        clusters.configure(
                Optional.of(Files.writeString(directory.resolve("c.xml"), "<node name=\"alpha\" addr=\"10.0.0.1\"/>")));
        store = FolderModuleStore.open(new FolderModuleStore.Setup(
                directory.resolve("home"),
                var,
                new PlainConfigurations(),
                clusters,
                new SystemProcesses(),
                module -> logs.computeIfAbsent(module, this::log),
                Clock.systemUTC(),
                notice -> {}));
    }

    static StoreBench in(Path directory) throws Exception {
        return new StoreBench(directory);
    }

    ModuleStore store() {
        return store;
    }

    /** The module {@code ledger} with these scripts, dropped into its place. */
    Installed install(Map<String, String> scripts) throws Exception {
        module(var.resolve("modules/ledger.safe"), scripts);
        return store.installed().getFirst();
    }

    /** A folder of a module with these scripts. */
    static void module(Path folder, Map<String, String> scripts) throws IOException {
        Files.createDirectories(folder.resolve("conf"));
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(folder.resolve("conf/userconfig.xml"), CONFIGURATION);
        for (Map.Entry<String, String> script : scripts.entrySet()) {
            Files.writeString(folder.resolve("bin").resolve(script.getKey()), script.getValue());
        }
    }

    private ModuleLog log(String name) {
        try {
            return new FileModuleLog(name, var.resolve("state").resolve(name), Clock.systemUTC());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        logs.values().forEach(ModuleLog::close);
    }
}
