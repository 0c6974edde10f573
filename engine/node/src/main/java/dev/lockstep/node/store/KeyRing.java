package dev.lockstep.node.store;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.ClusterKeys;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The key of the cluster, and the next one while it is being changed. Both are believed; a node is spoken to with the next one as
 * soon as it has shown, or said, that it holds it. Thread-safe, nothing blocks.
 */
public final class KeyRing implements ClusterKeys {
    private final Set<String> holders = new TreeSet<>();
    private ClusterKey current;
    private Optional<ClusterKey> next;

    KeyRing(ClusterKey current, Optional<ClusterKey> next) {
        this.current = current;
        this.next = next.filter(key -> !key.equals(current));
    }

    @Override
    public synchronized List<ClusterKey> accepted() {
        return next.map(key -> List.of(key, current)).orElse(List.of(current));
    }

    @Override
    public synchronized ClusterKey toward(String node) {
        return holders.contains(node) ? next.orElse(current) : current;
    }

    @Override
    public synchronized void shown(String node, ClusterKey key) {
        if (next.filter(key::equals).isPresent()) {
            holders.add(node);
        }
    }

    /** A node says that it holds keys of these names. */
    public synchronized void holds(String node, List<Long> names) {
        if (next.isPresent() && names.contains(name(next.get()))) {
            holders.add(node);
        }
    }

    /** The names of the keys that are held. */
    public List<Long> names() {
        return accepted().stream().map(KeyRing::name).toList();
    }

    /** A name that tells equal keys from others and nothing of the key; it travels encrypted only. */
    static long name(ClusterKey key) {
        return ByteBuffer.wrap(Signature.digest("lockstep key name", key.secret()))
                .getLong();
    }

    /** The next key, while there is one. */
    synchronized Optional<ClusterKey> next() {
        return next;
    }

    /** The nodes known to hold the next key. */
    public synchronized Set<String> holders() {
        return Set.copyOf(holders);
    }

    /** Whether a change of the key is under way. */
    public synchronized boolean isChanging() {
        return next.isPresent();
    }

    synchronized ClusterKey current() {
        return current;
    }

    synchronized void begin(ClusterKey key) {
        next = Optional.of(key);
        holders.clear();
    }

    /** From now on the next key is the only one. */
    synchronized void finish() {
        current = next.orElse(current);
        next = Optional.empty();
        holders.clear();
    }
}
