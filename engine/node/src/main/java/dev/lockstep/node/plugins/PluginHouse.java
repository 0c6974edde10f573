package dev.lockstep.node.plugins;

import dev.lockstep.node.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.pf4j.DefaultPluginManager;
import org.pf4j.PluginManager;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;

/**
 * The plugins of this installation. A plugin that cannot be loaded or started is remembered with its reason and harms only
 * what asks for the extension it would have brought.
 */
public final class PluginHouse implements AutoCloseable {
    private final Path directory;
    private final PluginManager manager;
    private final List<String> problems;

    private PluginHouse(Path directory, PluginManager manager, List<String> problems) {
        this.directory = directory;
        this.manager = manager;
        this.problems = List.copyOf(problems);
    }

    /** Loads and starts what lies in {@code directory}: plugin jars and unpacked plugins. */
    public static PluginHouse open(Path directory) {
        PluginManager manager = new DefaultPluginManager(directory);
        List<String> problems = new ArrayList<>();
        for (Path candidate : candidates(directory, problems)) {
            try {
                manager.loadPlugin(candidate);
            } catch (RuntimeException | LinkageError failure) {
                problems.add("The plugin " + candidate + " cannot be loaded: " + failure);
            }
        }
        manager.startPlugins();
        for (PluginWrapper plugin : manager.getPlugins()) {
            if (plugin.getPluginState() != PluginState.STARTED) {
                problems.add("The plugin " + plugin.getPluginPath() + " did not start: "
                        + (plugin.getFailedException() == null
                                ? "it is " + plugin.getPluginState()
                                : plugin.getFailedException()));
            }
        }
        return new PluginHouse(directory, manager, problems);
    }

    private static List<Path> candidates(Path directory, List<String> problems) {
        if (!Files.isDirectory(directory)) {
            problems.add("There is no plugin directory " + directory + ".");
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> Files.isDirectory(entry)
                            || entry.toString().endsWith(".jar")
                            || entry.toString().endsWith(".zip"))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            problems.add("The plugin directory " + directory + " cannot be read: " + failure);
            return List.of();
        }
    }

    /** Why plugins are not there, one sentence each; empty when all is well. */
    public List<String> problems() {
        return problems;
    }

    /**
     * The extension of a kind.
     *
     * @param purpose what it is for, for the operator: {@code "heartbeats"}
     * @throws StartRefused if no plugin brings it, or more than one does
     */
    public <T> T extension(Class<T> kind, String purpose) throws StartRefused {
        List<T> found;
        try {
            found = manager.getExtensions(kind);
        } catch (RuntimeException | LinkageError failure) {
            throw new StartRefused(
                    "The plugin for " + purpose + " in " + directory + " does not work: " + failure, failure);
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.isEmpty()) {
            throw new StartRefused("No plugin for " + purpose + " (" + kind.getSimpleName() + ") in " + directory
                    + ". Put it there and restart the daemon."
                    + (problems.isEmpty() ? "" : " " + String.join(" ", problems)));
        }
        throw new StartRefused("More than one plugin for " + purpose + " in " + directory + ": "
                + found.stream().map(e -> e.getClass().getName()).toList() + ". Leave one and restart the daemon.");
    }

    @Override
    public void close() {
        manager.stopPlugins();
        manager.unloadPlugins();
    }
}
