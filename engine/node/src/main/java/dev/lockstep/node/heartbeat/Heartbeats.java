package dev.lockstep.node.heartbeat;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.HeartbeatTransport.HeartbeatChannel;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.net.LocalAddresses;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The open heartbeats of one module: the same report goes out on all of them. One thread, except that what is received comes
 * on the transport's threads.
 */
public final class Heartbeats implements AutoCloseable {
    private final Map<String, HeartbeatChannel> channels = new LinkedHashMap<>();

    /**
     * One heartbeat of a module.
     *
     * @param ident its name in resources and logs
     */
    public record Definition(String ident, HeartbeatTransport.Endpoint endpoint) {}

    /**
     * Opens the heartbeats, all or none.
     *
     * @param received told the ident and each authentic payload, on the transport's threads
     * @throws StartRefused if a local address is not configured on this host, or a port cannot be bound
     */
    public static Heartbeats open(
            HeartbeatTransport transport,
            List<Definition> definitions,
            ClusterKey key,
            LocalAddresses addresses,
            BiConsumer<String, byte[]> received)
            throws StartRefused {
        Heartbeats opened = new Heartbeats();
        try {
            for (Definition definition : definitions) {
                requireLocal(definition, addresses);
                opened.channels.put(
                        definition.ident(),
                        transport.open(
                                definition.endpoint(), key, payload -> received.accept(definition.ident(), payload)));
            }
            return opened;
        } catch (IOException failure) {
            opened.close();
            throw new StartRefused(
                    "A heartbeat cannot be opened: " + failure.getMessage()
                            + ". Free the port or change it (heart port), then start again.",
                    failure);
        } catch (StartRefused refusal) {
            opened.close();
            throw refusal;
        }
    }

    private static void requireLocal(Definition definition, LocalAddresses addresses) throws StartRefused {
        if (!addresses.contains(definition.endpoint().local().getAddress())) {
            throw new StartRefused("heartbeatlocaladdr." + definition.ident() + " is down: the address "
                    + definition.endpoint().local().getAddress().getHostAddress()
                    + " of this heartbeat is not configured on an active interface of this node."
                    + " Bring the interface up, or correct cluster.xml, then start again.");
        }
    }

    /** Sends a payload on every heartbeat, best effort. */
    public void send(byte[] payload) {
        channels.values().forEach(channel -> channel.send(payload));
    }

    /** Packets refused so far on each heartbeat. */
    public Map<String, Long> refusedPackets() {
        Map<String, Long> refused = new LinkedHashMap<>();
        channels.forEach((ident, channel) -> refused.put(ident, channel.refusedPackets()));
        return refused;
    }

    @Override
    public void close() {
        channels.values().forEach(HeartbeatChannel::close);
        channels.clear();
    }
}
