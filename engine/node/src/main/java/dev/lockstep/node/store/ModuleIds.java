package dev.lockstep.node.store;

import dev.lockstep.node.Refusal;
import dev.lockstep.node.state.DurableValues;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The numbers of the modules on this node, which decide their ports. Kept on disk. A number is given when a module is installed or
 * applied, never by looking one up; a name that is no module any more has none.
 */
final class ModuleIds {
    /** Highest number: the ports it leads to stay clear of each other. */
    static final int HIGHEST = 512;

    private final DurableValues values;
    private final Map<String, Integer> ids = new TreeMap<>();

    private ModuleIds(DurableValues values) {
        this.values = values;
    }

    /** Reads the numbers of {@code file}. */
    static ModuleIds open(Path file, Clock clock, Consumer<String> notice) throws IOException {
        ModuleIds opened = new ModuleIds(DurableValues.open(file, clock, notice));
        opened.values.get("modules").ifPresent(text -> {
            for (String pair : text.split(" ", -1)) {
                int colon = pair.lastIndexOf(':');
                if (colon > 0) {
                    opened.ids.put(pair.substring(0, colon), Integer.parseInt(pair.substring(colon + 1)));
                }
            }
        });
        return opened;
    }

    synchronized Optional<Integer> get(String module) {
        return Optional.ofNullable(ids.get(module));
    }

    /**
     * The number of a module; the lowest free one is given to a module that has none.
     *
     * @param modules all modules there are
     */
    synchronized int orNext(String module, Set<String> modules) throws Refusal, IOException {
        Integer id = ids.get(module);
        return id != null ? id : take(module, 0, modules);
    }

    /**
     * Gives a number to a module.
     *
     * @param wanted the number, or 0 for the lowest free one
     * @param modules all modules there are: the numbers of others are free
     */
    synchronized int take(String module, int wanted, Set<String> modules) throws Refusal, IOException {
        ids.keySet().removeIf(other -> !other.equals(module) && !modules.contains(other));
        Set<Integer> used = new HashSet<>(ids.values());
        int id = wanted;
        if (wanted == 0) {
            id = 1;
            while (used.contains(id)) {
                id++;
            }
        }
        if (id < 1 || id > HIGHEST) {
            throw new Refusal(
                    Refusal.Kind.INVALID, "The module id " + id + " is none.", "Ids go from 1 to " + HIGHEST + ".", "");
        }
        for (Map.Entry<String, Integer> other : ids.entrySet()) {
            if (other.getValue() == id && !other.getKey().equals(module)) {
                throw new Refusal(
                        Refusal.Kind.STATE,
                        "The module id " + id + " belongs to " + other.getKey() + ".",
                        "Ids decide the ports, so each module has one of its own.",
                        "Choose another with -M; 'lockstep module listid' shows those in use.");
            }
        }
        ids.put(module, id);
        save();
        return id;
    }

    synchronized void free(String module) throws IOException {
        if (ids.remove(module) != null) {
            save();
        }
    }

    private void save() throws IOException {
        StringBuilder text = new StringBuilder();
        ids.forEach((name, id) ->
                text.append(text.isEmpty() ? "" : " ").append(name).append(':').append(id));
        values.put(Map.of("modules", text.toString()));
    }
}
