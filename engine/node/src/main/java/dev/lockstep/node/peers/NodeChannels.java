package dev.lockstep.node.peers;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.HeartbeatTransport.Endpoint;
import dev.lockstep.api.link.HeartbeatTransport.HeartbeatChannel;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.LanConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.node.peers.AnnouncementCodec.Malformed;
import dev.lockstep.node.peers.AnnouncementCodec.Page;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node channel: one UDP port of the daemon (by default 4800, {@code port} of cluster.xml) on which each node announces itself to
 * every other one, on each lan both are on, once a second. Without it the modules work as long as their ids are equal. Thread-safe.
 */
public final class NodeChannels implements AutoCloseable {
    /** The name of the node channel among the modules; no module can have it. */
    static final String NAME = "";

    private static final long PERIOD_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(NodeChannels.class);

    private final Place place;
    private final HeartbeatTransport transport;
    private final Supplier<Collection<? extends PeerPorts>> modules;
    private final KeyNews keyNews;
    private final Map<Endpoint, HeartbeatChannel> open = new LinkedHashMap<>();
    private final Map<String, PeerKnowledge> peers = new HashMap<>();
    private final Map<String, Comparison> told = new HashMap<>();
    private String complaint = "";
    private long millis;
    private long dueMillis;
    private long retryMillis;
    private boolean closed;
    private final AtomicBoolean opening = new AtomicBoolean();

    /**
     * Where this node stands.
     *
     * @param signature of the cluster configuration
     */
    public record Place(ClusterConfig cluster, String signature, String node, ClusterKeys keys) {}

    /** Names of keys, and who holds them. */
    public interface KeyNews {
        /** The names of the keys this node holds. */
        List<Long> held();

        /** A node holds keys of these names. */
        void holds(String node, List<Long> names);
    }

    /**
     * Channels that open as soon as time passes.
     *
     * @param modules the modules hosted now
     */
    public NodeChannels(
            Place place,
            HeartbeatTransport transport,
            Supplier<Collection<? extends PeerPorts>> modules,
            KeyNews keyNews) {
        this.place = place;
        this.transport = transport;
        this.modules = modules;
        this.keyNews = keyNews;
        endpoints(place).forEach(endpoint -> peers.put(endpoint.peerNode(), new PeerKnowledge()));
    }

    /** One channel for each other node on each lan. */
    static List<Endpoint> endpoints(Place place) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (LanConfig lan : place.cluster().lans()) {
            Optional<LanNode> here = lan.node(place.node());
            for (LanNode there : lan.nodes()) {
                if (here.isPresent() && !there.name().equals(place.node())) {
                    endpoint(place, here.get(), there).ifPresent(endpoints::add);
                }
            }
        }
        return endpoints;
    }

    private static Optional<Endpoint> endpoint(Place place, LanNode here, LanNode there) {
        try {
            int port = place.cluster().port();
            return Optional.of(new Endpoint(
                    NAME,
                    place.node(),
                    there.name(),
                    new InetSocketAddress(InetAddress.getByName(here.localAddress()), port),
                    new InetSocketAddress(InetAddress.getByName(there.addr()), port)));
        } catch (IOException unresolved) {
            LOG.warn("The node channel to {} cannot be used: {}", there.name(), unresolved.getMessage());
            return Optional.empty();
        }
    }

    /** Time passed. Does not wait: ports are opened aside. */
    public synchronized void ticked(long passed) {
        millis += passed;
        dueMillis -= passed;
        retryMillis -= passed;
        if (closed) {
            return;
        }
        if (retryMillis <= 0) {
            retryMillis = RETRY_MILLIS;
            if (open.size() < endpoints(place).size()) {
                Thread.ofVirtual().name("open the node channels").start(this::openAll);
            }
        }
        if (dueMillis <= 0) {
            dueMillis = PERIOD_MILLIS;
            announce();
            settle();
        }
    }

    private void openAll() {
        if (!opening.compareAndSet(false, true)) {
            return;
        }
        try {
            List<String> problems = new ArrayList<>();
            for (Endpoint endpoint : missing()) {
                try {
                    use(endpoint, transport.open(endpoint, place.keys(), new Receiver(endpoint.peerNode())));
                } catch (IOException failure) {
                    problems.add(failure.getMessage());
                }
            }
            complain(problems);
        } finally {
            opening.set(false);
        }
    }

    private synchronized List<Endpoint> missing() {
        return closed
                ? List.of()
                : endpoints(place).stream()
                        .filter(one -> !open.containsKey(one))
                        .toList();
    }

    private void use(Endpoint endpoint, HeartbeatChannel channel) {
        synchronized (this) {
            if (!closed) {
                open.put(endpoint, channel);
                dueMillis = 0;
                return;
            }
        }
        channel.close();
    }

    private synchronized void complain(List<String> problems) {
        String now = String.join("; ", problems);
        if (!now.isEmpty() && !now.equals(complaint)) {
            LOG.warn(
                    "The node channel is not open everywhere: {}. Modules whose ids differ on two nodes do not find each"
                            + " other there; it is tried again every {} s",
                    now,
                    RETRY_MILLIS / 1000);
        }
        complaint = now;
    }

    private void announce() {
        List<Announcement.Module> hosted =
                modules.get().stream().map(PeerPorts::announced).toList();
        for (byte[] page : AnnouncementCodec.encode(new Announcement(place.signature(), keyNews.held(), hosted))) {
            open.values().forEach(channel -> channel.send(page));
        }
    }

    private final class Receiver implements HeartbeatTransport.Receiver {
        private final String peer;

        Receiver(String peer) {
            this.peer = peer;
        }

        @Override
        public void received(byte[] payload) {
            try {
                Page page = AnnouncementCodec.decode(payload);
                synchronized (NodeChannels.this) {
                    if (!closed && peers.get(peer).heard(page, millis)) {
                        settle();
                    }
                }
            } catch (Malformed nonsense) {
                foreign("an announcement is refused: " + nonsense.getMessage());
            }
        }

        @Override
        public void foreign(String reason) {
            synchronized (NodeChannels.this) {
                peers.get(peer).foreign(reason, millis);
            }
        }
    }

    /** Tells the modules what is known of their peers, and what is new of it to the operator. */
    private void settle() {
        peers.forEach((node, knowledge) ->
                knowledge.announcement(millis).ifPresent(announcement -> keyNews.holds(node, announcement.keys())));
        Map<String, Comparison> now = new HashMap<>();
        for (PeerPorts module : modules.get()) {
            Announcement.Module here = module.announced();
            PeerKnowledge knowledge = peers.get(here.peer());
            if (knowledge == null || !here.usable()) {
                continue;
            }
            Optional<Announcement> there = knowledge.announcement(millis);
            Optional<Announcement.Module> other =
                    there.flatMap(said -> said.module(here.name())).filter(Announcement.Module::usable);
            other.ifPresent(at -> module.peerAt(at.heartbeatPort(), at.replicationPort()));
            module.peerPrimary(other.map(Announcement.Module::primary).orElse(false));
            Comparison fit = Comparison.of(here, place.node(), place.signature(), there, knowledge.foreign(millis));
            module.shown(fit.shown());
            tell(module, fit, told.get(here.name()));
            // Silence says nothing new: what was told before it is not told again behind it.
            now.put(here.name(), fit.equals(Comparison.SILENT) ? told.getOrDefault(here.name(), fit) : fit);
        }
        told.clear();
        told.putAll(now);
    }

    private static void tell(PeerPorts module, Comparison fit, Comparison before) {
        boolean said = before != null && !before.sentence().isEmpty();
        if (!fit.sentence().isEmpty() && !Objects.equals(fit, before)) {
            module.remark(fit.sentence());
        } else if (said && fit.shown().equals("ok")) {
            module.remark("The configuration of " + module.announced().peer() + " fits the one of this node now.");
        }
    }

    @Override
    public void close() {
        List<HeartbeatChannel> last;
        synchronized (this) {
            closed = true;
            last = List.copyOf(open.values());
            open.clear();
        }
        last.forEach(HeartbeatChannel::close);
    }
}
