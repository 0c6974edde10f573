package dev.lockstep.node.module;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The resources of a module: name, value and the date of the last assignment, also when the value stayed the same.
 * Thread-safe, so that the command can read while the module works.
 */
public final class ResourceBoard {
    /** Names one module may have; a script that invents more is refused. */
    static final int LARGEST = 2_000;

    private final Clock clock;
    private final TreeMap<String, Resource> resources = new TreeMap<>();

    /** A resource as shown to operators. */
    public record Resource(String name, String value, Instant assigned) {}

    /** An empty board. */
    public ResourceBoard(Clock clock) {
        this.clock = clock;
    }

    /**
     * Assigns a value.
     *
     * @return whether the value changed
     * @throws IllegalStateException if there are too many resources
     */
    public synchronized boolean set(String name, String value) {
        Resource before = resources.get(name);
        if (before == null && resources.size() >= LARGEST) {
            throw new IllegalStateException("a module has at most " + LARGEST + " resources; " + name + " is refused");
        }
        resources.put(name, new Resource(name, value, clock.instant()));
        return before == null || !before.value().equals(value);
    }

    /** Forgets a resource. */
    public synchronized void remove(String name) {
        resources.remove(name);
    }

    /** The resource of a name. */
    public synchronized Optional<Resource> get(String name) {
        return Optional.ofNullable(resources.get(name));
    }

    /** The value of a name; {@code otherwise} when it has none. */
    public String value(String name, String otherwise) {
        return get(name).map(Resource::value).orElse(otherwise);
    }

    /** All resources, by name. */
    public synchronized List<Resource> all() {
        return List.copyOf(resources.values());
    }
}
