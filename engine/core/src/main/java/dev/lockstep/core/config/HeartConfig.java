package dev.lockstep.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The heartbeats of a mirror.
 *
 * @param port UDP port of all heartbeats; when absent 8888 + (module id - 1), see {@link #effectivePort}
 * @param pulse period of the packets; default 700 ms
 * @param timeout silence after which a heartbeat is lost; default 30 s
 * @param permanentArp asked for permanent ARP entries of the peer; default yes
 * @param heartbeats the heartbeats in file order, at least one
 */
public record HeartConfig(
        OptionalInt port, Duration pulse, Duration timeout, boolean permanentArp, List<HeartbeatConfig> heartbeats) {

    /** Port of the heartbeats of module 1; the following modules count up from it. */
    public static final int FIRST_PORT = 8888;

    /** Copies the list. */
    public HeartConfig {
        heartbeats = List.copyOf(heartbeats);
        if (heartbeats.isEmpty()) {
            throw new IllegalArgumentException("a mirror has at least one heartbeat");
        }
    }

    /** The port to use for the module with this id (from 1). */
    public int effectivePort(int moduleId) {
        return port.orElse(FIRST_PORT + moduleId - 1);
    }

    /** The heartbeat whose network also carries the replication: the one named {@code flow}, else the first. */
    public HeartbeatConfig flow() {
        return heartbeats.stream().filter(HeartbeatConfig::isFlow).findFirst().orElseGet(heartbeats::getFirst);
    }

    /** The longest timeout of all heartbeats, after which the peer counts as silent. */
    public Duration longestTimeout() {
        return heartbeats.stream()
                .map(HeartbeatConfig::timeout)
                .max(Duration::compareTo)
                .orElse(timeout);
    }

    /** The heartbeat of this ident. */
    public Optional<HeartbeatConfig> heartbeat(String ident) {
        return heartbeats.stream().filter(beat -> beat.ident().equals(ident)).findFirst();
    }
}
