package dev.lockstep.node.daemon;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.heartbeat.Ticker;
import dev.lockstep.node.peers.NodeChannels;
import dev.lockstep.node.peers.PeerPorts;
import dev.lockstep.node.store.ClusterStore;
import dev.lockstep.node.store.ClusterStore.ActiveCluster;
import dev.lockstep.node.store.KeyRing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node among the others of its cluster: keeps the node channel open for the cluster that is configured, and ends a change of the
 * key when every node has the new one. Thread-safe.
 */
final class Neighbourhood implements Ticker.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbourhood.class);

    private final ClusterStore store;
    private final ModuleHouse house;
    private final Extensions extensions;
    private final Map<ModuleHouse.Hosted, PeeredModule> modules = new HashMap<>();
    private final AtomicBoolean retiring = new AtomicBoolean();
    private Optional<ActiveCluster> followed = Optional.empty();
    private String signature = "";
    private volatile Optional<NodeChannels> channels = Optional.empty();

    Neighbourhood(ClusterStore store, ModuleHouse house, Extensions extensions) {
        this.store = store;
        this.house = house;
        this.extensions = extensions;
    }

    /** The cluster is this one from now on. */
    synchronized void follow(Optional<ActiveCluster> cluster) {
        String now = signature();
        if (cluster.equals(followed) && now.equals(signature)) {
            return;
        }
        signature = now;
        channels.ifPresent(NodeChannels::close);
        channels = Optional.empty();
        followed = cluster;
        if (cluster.isEmpty()) {
            return;
        }
        ActiveCluster active = cluster.get();
        try {
            channels = Optional.of(new NodeChannels(
                    new NodeChannels.Place(active.config(), now, active.localNode(), active.keys()),
                    extensions.heartbeats(),
                    this::modules,
                    new Keys(active)));
        } catch (StartRefused failure) {
            LOG.warn("This node does not announce itself to the others: {}", failure.getMessage());
        }
    }

    private String signature() {
        try {
            return store.info().signature();
        } catch (IOException disk) {
            LOG.warn("The signature of the cluster configuration cannot be read: {}", Trouble.of(disk));
            return "";
        }
    }

    private Collection<? extends PeerPorts> modules() {
        List<PeerPorts> all = new ArrayList<>();
        synchronized (modules) {
            modules.keySet().retainAll(house.all());
            house.all().forEach(hosted -> all.add(modules.computeIfAbsent(hosted, PeeredModule::new)));
        }
        return all;
    }

    @Override
    public void ticked(long millis) {
        channels.ifPresent(open -> open.ticked(millis));
    }

    /** What the node channel tells and learns of keys. */
    private final class Keys implements NodeChannels.KeyNews {
        private final KeyRing ring;
        private final Set<String> others;

        Keys(ActiveCluster cluster) {
            ring = cluster.keys();
            others = new HashSet<>(cluster.config().nodes());
            others.remove(cluster.localNode());
        }

        @Override
        public List<Long> held() {
            return ring.names();
        }

        @Override
        public void holds(String node, List<Long> names) {
            ring.holds(node, names);
            if (ring.isChanging() && ring.holders().containsAll(others) && retiring.compareAndSet(false, true)) {
                Thread.ofVirtual().name("retire the former key").start(Neighbourhood.this::retire);
            }
        }
    }

    private void retire() {
        try {
            store.retireKey();
            LOG.info("Every node holds the new key of the cluster: the former one is not believed any more");
        } catch (Refusal | IOException failure) {
            LOG.warn("The former key of the cluster cannot be retired: {}", Trouble.of(failure));
        } finally {
            retiring.set(false);
        }
    }

    @Override
    public synchronized void close() {
        follow(Optional.empty());
    }
}
