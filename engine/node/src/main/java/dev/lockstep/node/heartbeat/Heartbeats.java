package dev.lockstep.node.heartbeat;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.HeartbeatTransport.HeartbeatChannel;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.net.LocalAddresses;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The open heartbeats of one module: the same report goes out on all of them. One thread, except that what is received comes
 * on the transport's threads.
 */
public final class Heartbeats implements AutoCloseable {
    /** So shortly before the next common moment a heartbeat leaves out that one. */
    private static final long SHORTLY_MILLIS = 25;

    private final Map<String, Beat> beats = new LinkedHashMap<>();

    private static final class Beat {
        private final HeartbeatChannel channel;
        private final long pulseMillis;
        private long dueMillis;

        private Beat(HeartbeatChannel channel, long pulseMillis) {
            this.channel = channel;
            this.pulseMillis = pulseMillis;
        }

        private void send(byte[] payload) {
            // Those of one pulse leave together, whichever module they are of, and wake up the peer once.
            long rest = pulseMillis - Math.floorMod(System.nanoTime() / 1_000_000, pulseMillis);
            dueMillis = rest <= SHORTLY_MILLIS ? rest + pulseMillis : rest;
            channel.send(payload);
        }
    }

    /**
     * One heartbeat of a module.
     *
     * @param ident its name in resources and logs
     * @param pulse period of its packets
     */
    public record Definition(String ident, HeartbeatTransport.Endpoint endpoint, Duration pulse) {}

    /**
     * Opens the heartbeats, all or none.
     *
     * @param received told the ident and each authentic payload, on the transport's threads
     * @throws StartRefused if a local address is not configured on this host, or a port cannot be bound
     */
    public static Heartbeats open(
            HeartbeatTransport transport,
            List<Definition> definitions,
            ClusterKeys keys,
            LocalAddresses addresses,
            BiConsumer<String, byte[]> received)
            throws StartRefused {
        Heartbeats opened = new Heartbeats();
        try {
            for (Definition definition : definitions) {
                requireLocal(definition, addresses);
                HeartbeatChannel channel = transport.open(
                        definition.endpoint(), keys, payload -> received.accept(definition.ident(), payload));
                opened.beats.put(
                        definition.ident(), new Beat(channel, definition.pulse().toMillis()));
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

    /** Sends a payload on every heartbeat now, best effort. */
    public void send(byte[] payload) {
        beats.values().forEach(beat -> beat.send(payload));
    }

    /** The peer listens on another port from now on. */
    public void redirect(int port) {
        beats.values().forEach(beat -> beat.channel.redirect(port));
    }

    /** Lets time pass: the payload goes out on the heartbeats whose pulse is due, and is asked for only then. */
    public void lived(long millis, Supplier<byte[]> payload) {
        byte[] encoded = null;
        for (Beat beat : beats.values()) {
            beat.dueMillis -= millis;
            if (beat.dueMillis <= 0) {
                encoded = encoded == null ? payload.get() : encoded;
                beat.send(encoded);
            }
        }
    }

    /** Packets refused so far on each heartbeat. */
    public Map<String, Long> refusedPackets() {
        Map<String, Long> refused = new LinkedHashMap<>();
        beats.forEach((ident, beat) -> refused.put(ident, beat.channel.refusedPackets()));
        return refused;
    }

    @Override
    public void close() {
        beats.values().forEach(beat -> beat.channel.close());
        beats.clear();
    }
}
