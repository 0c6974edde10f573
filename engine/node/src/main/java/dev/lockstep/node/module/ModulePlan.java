package dev.lockstep.node.module;

import dev.lockstep.core.config.BootMode;
import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.mirror.MirrorSettings;
import dev.lockstep.node.hooks.HookSettings;
import dev.lockstep.node.store.AppliedModule;
import dev.lockstep.replication.ReplicationSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything the runtime of one mirror module needs to know, worked out from its applied configuration and the cluster.
 *
 * @param applied the applied configuration
 * @param settings what the automaton decides with; its set of hooks is filled in when the hooks are known
 * @param pulse one tick of the automaton
 * @param heartbeats at least one
 * @param data what is replicated, empty for a module without replicated directories
 * @param hooks how hooks are run, empty when the configuration has no {@code <user>}
 * @param boot whether it starts with the node
 * @param bootDelay how long that start waits
 */
public record ModulePlan(
        AppliedModule applied,
        MirrorSettings settings,
        Duration pulse,
        List<Heartbeat> heartbeats,
        Optional<Data> data,
        Optional<HookSettings> hooks,
        BootMode boot,
        Duration bootDelay) {

    /** Copies the list. */
    public ModulePlan {
        heartbeats = List.copyOf(heartbeats);
    }

    /** The module's name. */
    public String name() {
        return applied.name();
    }

    /** UDP port of the heartbeats of this node. */
    public int heartbeatPort() {
        return heartbeats.getFirst().local().getPort();
    }

    /** TCP port at which this node is joined; 0 for a module without replicated directories. */
    public int replicationPort() {
        return data.map(replicated -> replicated.local().getPort()).orElse(0);
    }

    /** The longest silence of a heartbeat that is not yet down. */
    public Duration longestTimeout() {
        return heartbeats.stream()
                .map(Heartbeat::timeout)
                .max(Duration::compareTo)
                .orElseThrow();
    }

    /**
     * One heartbeat.
     *
     * @param ident its name in resources and logs
     * @param local address and port of this node
     * @param peer address and port of the other node
     * @param pulse period of its packets
     * @param timeout silence after which it is down
     */
    public record Heartbeat(
            String ident, InetSocketAddress local, InetSocketAddress peer, Duration pulse, Duration timeout) {}

    /**
     * The test of a disk.
     *
     * @param period between two attempts
     * @param limit for one attempt; a disk that takes longer hangs
     */
    public record DiskTest(Duration period, Duration limit) {}

    /**
     * The replicated directories.
     *
     * @param local address and port at which this node is joined while it is primary
     * @param peer where the other node is joined
     * @param peerAddresses every address the other node may connect from
     * @param diskTest how the disk below them is tried
     */
    public record Data(
            List<ReplicatedDirectory> directories,
            ReplicationSettings settings,
            InetSocketAddress local,
            InetSocketAddress peer,
            Set<InetAddress> peerAddresses,
            DiskTest diskTest) {
        /** Copies the list and the set. */
        public Data {
            directories = List.copyOf(directories);
            peerAddresses = Set.copyOf(peerAddresses);
        }
    }
}
