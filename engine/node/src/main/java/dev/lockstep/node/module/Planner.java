package dev.lockstep.node.module;

import dev.lockstep.api.words.Counted;
import dev.lockstep.core.config.AsyncMode;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.DefaultPrimary;
import dev.lockstep.core.config.HeartConfig;
import dev.lockstep.core.config.HeartbeatConfig;
import dev.lockstep.core.config.LanConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.core.config.RfsConfig;
import dev.lockstep.core.config.ServiceConfig;
import dev.lockstep.core.config.ServiceMode;
import dev.lockstep.core.config.UserConfig;
import dev.lockstep.core.mirror.MirrorSettings;
import dev.lockstep.core.mirror.MirrorSettings.Timing;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.hooks.HookSettings;
import dev.lockstep.node.net.LocalAddresses;
import dev.lockstep.node.store.AppliedModule;
import dev.lockstep.replication.ReplicationSettings;
import dev.lockstep.replication.ReplicationSettings.Acknowledge;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Works out the plan of a module from its configuration, the cluster and the place of this node in it. Names are resolved here,
 * so it may take as long as the resolver does: never on a mailbox.
 *
 * @param home installation
 * @param var state of this node
 * @param cluster the cluster configuration
 * @param node name of this node
 * @param addresses tells which of two addresses is ours, for configurations that do not name nodes
 */
public record Planner(Path home, Path var, ClusterConfig cluster, String node, LocalAddresses addresses) {
    /** Pulse for which the automaton's own waits are given. */
    private static final Duration NOMINAL_PULSE = Duration.ofMillis(700);

    private static final int BYTES_PER_KB = 1024;

    /** Two ends of a connection, without ports. */
    private record Ends(InetAddress local, InetAddress peer) {}

    /**
     * The plan of a module.
     *
     * @throws StartRefused if the configuration does not fit the cluster or this node; says what to correct
     */
    public ModulePlan plan(AppliedModule applied, ModuleConfig config) throws StartRefused {
        if (config.service().mode() != ServiceMode.MIRROR || config.heart().isEmpty()) {
            throw new StartRefused("The module " + applied.name() + " is no mirror (service mode=\""
                    + config.service().mode().name().toLowerCase(java.util.Locale.ROOT)
                    + "\"): this engine runs mirrors only. Use mode=\"mirror\".");
        }
        HeartConfig heart = config.heart().get();
        String peer = peerNode(applied.name(), heart, config.rfs());
        int heartPort = heart.effectivePort(applied.id());
        List<ModulePlan.Heartbeat> heartbeats = new java.util.ArrayList<>();
        for (HeartbeatConfig beat : heart.heartbeats()) {
            Ends ends =
                    beat.legacyAddresses().isEmpty() ? ends(lan(beat.lan()), peer) : legacyEnds(beat.legacyAddresses());
            heartbeats.add(new ModulePlan.Heartbeat(
                    beat.ident(),
                    new InetSocketAddress(ends.local(), heartPort),
                    new InetSocketAddress(ends.peer(), heartPort),
                    beat.pulse(),
                    beat.timeout()));
        }
        Optional<ModulePlan.Data> data = config.rfs().isEmpty()
                ? Optional.empty()
                : Optional.of(data(applied, heart, config.rfs().get(), peer));
        return new ModulePlan(
                applied,
                settings(applied, config.service(), heart, peer, data.isPresent()),
                heart.pulse(),
                heartbeats,
                data,
                config.user().map(user -> hooks(applied, user)),
                config.service().boot(),
                config.service().bootDelay());
    }

    private String peerNode(String module, HeartConfig heart, Optional<RfsConfig> rfs) throws StartRefused {
        for (HeartbeatConfig beat : heart.heartbeats()) {
            if (beat.legacyAddresses().isEmpty()) {
                return peerOn(module, lan(beat.lan()));
            }
        }
        Optional<String> flow = rfs.flatMap(RfsConfig::flowLan);
        if (flow.isPresent()) {
            return peerOn(module, lan(flow.get()));
        }
        List<String> others =
                cluster.nodes().stream().filter(name -> !name.equals(node)).toList();
        if (others.size() == 1) {
            return others.getFirst();
        }
        throw new StartRefused("The module " + module + " names its heartbeats by addresses only and the cluster has "
                + Counted.of(cluster.nodes().size(), "node")
                + ": the peer cannot be told. Write <heartbeat name=\"LAN\"/>.");
    }

    private String peerOn(String module, LanConfig lan) throws StartRefused {
        List<String> others = lan.nodes().stream()
                .map(LanNode::name)
                .filter(name -> !name.equals(node))
                .toList();
        if (lan.node(node).isEmpty()) {
            throw new StartRefused("This node, " + node + ", is not on the lan " + lan.name() + " that the module "
                    + module + " uses for a heartbeat. Add it to that lan in cluster.xml, or use another lan.");
        }
        if (others.size() != 1) {
            throw new StartRefused(
                    "The lan " + lan.name() + " has " + Counted.of(lan.nodes().size(), "node") + ", and the mirror "
                            + module + " needs one with exactly two. Describe a lan of the two nodes in cluster.xml.");
        }
        return others.getFirst();
    }

    private LanConfig lan(String name) throws StartRefused {
        return cluster.lan(name)
                .orElseThrow(() -> new StartRefused("There is no lan " + name + " in cluster.xml. Its lans are "
                        + cluster.lans().stream().map(LanConfig::name).toList() + "."));
    }

    private Ends ends(LanConfig lan, String peer) throws StartRefused {
        LanNode here = lan.node(node)
                .orElseThrow(() -> new StartRefused(
                        "This node, " + node + ", is not on the lan " + lan.name() + ". Add it in cluster.xml."));
        LanNode there = lan.node(peer)
                .orElseThrow(() -> new StartRefused(
                        "The peer, " + peer + ", is not on the lan " + lan.name() + ". Add it in cluster.xml."));
        return new Ends(resolve(here.localAddress()), resolve(there.addr()));
    }

    private Ends legacyEnds(List<String> pair) throws StartRefused {
        InetAddress first = resolve(pair.getFirst());
        InetAddress second = resolve(pair.getLast());
        if (addresses.contains(first) == addresses.contains(second)) {
            throw new StartRefused("Of the two addresses " + pair + " exactly one must be configured on this node.");
        }
        return addresses.contains(first) ? new Ends(first, second) : new Ends(second, first);
    }

    private static InetAddress resolve(String address) throws StartRefused {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException unknown) {
            throw new StartRefused(
                    "The address " + address + " of cluster.xml cannot be resolved. Use a numeric address.", unknown);
        }
    }

    private ModulePlan.Data data(AppliedModule applied, HeartConfig heart, RfsConfig rfs, String peer)
            throws StartRefused {
        Ends ends;
        if (!rfs.flowAddresses().isEmpty()) {
            ends = legacyEnds(rfs.flowAddresses());
        } else if (rfs.flowLan().isPresent()) {
            ends = ends(lan(rfs.flowLan().get()), peer);
        } else if (heart.flow().legacyAddresses().isEmpty()) {
            ends = ends(lan(heart.flow().lan()), peer);
        } else {
            ends = legacyEnds(heart.flow().legacyAddresses());
        }
        int port = RfsConfig.port(applied.id());
        return new ModulePlan.Data(
                rfs.directories(),
                replication(rfs),
                new InetSocketAddress(ends.local(), port),
                new InetSocketAddress(ends.peer(), port),
                addresses(peer, ends.peer()),
                new ModulePlan.DiskTest(
                        rfs.tuning().checkInterval(), rfs.tuning().checkTime()));
    }

    /** Every address of a node: behind a translation it connects from another one than it is reached at. */
    private Set<InetAddress> addresses(String peer, InetAddress reached) throws StartRefused {
        Set<InetAddress> all = new HashSet<>(Set.of(reached));
        for (LanConfig lan : cluster.lans()) {
            Optional<LanNode> there = lan.node(peer);
            if (there.isPresent()) {
                all.add(resolve(there.get().addr()));
                all.add(resolve(there.get().localAddress()));
            }
        }
        return all;
    }

    private static ReplicationSettings replication(RfsConfig rfs) {
        RfsConfig.RfsTuning tuning = rfs.tuning();
        return new ReplicationSettings(
                acknowledge(rfs.async()),
                tuning.lockTimeout(),
                tuning.sendTimeout(),
                tuning.reintegrationTimeout(),
                tuning.parallelReintegrations(),
                tuning.zoneSize(),
                tuning.reintegrationPacketSize(),
                (long) tuning.reintegrationBandwidth().orElse(0) * BYTES_PER_KB,
                rfs.reintegrationDetail());
    }

    private static Acknowledge acknowledge(AsyncMode async) {
        return switch (async) {
            case DURABLE_AT_SYNC -> Acknowledge.FLUSHED_ON_DISK;
            case SECOND -> Acknowledge.IN_MEMORY;
            case NONE -> Acknowledge.ALL_ON_DISK;
        };
    }

    private MirrorSettings settings(
            AppliedModule applied, ServiceConfig service, HeartConfig heart, String peer, boolean replicated) {
        return new MirrorSettings(
                node,
                peer,
                replicated,
                service.failover(),
                switch (service.defaultPrimary()) {
                    case DefaultPrimary.Alone alone -> MirrorSettings.DefaultPrimary.ALONE;
                    case DefaultPrimary.LastPrimary last -> MirrorSettings.DefaultPrimary.LASTPRIM;
                    case DefaultPrimary.Node named -> MirrorSettings.DefaultPrimary.NODE;
                },
                service.defaultPrimary() instanceof DefaultPrimary.Node named ? named.name() : "",
                Set.of(),
                service.maxLoop(),
                ticks(service.loopInterval(), heart.pulse()),
                new Timing(
                        scaled(Timing.DEFAULT.handoverTicks(), heart.pulse()),
                        scaled(Timing.DEFAULT.pairTicks(), heart.pulse()),
                        scaled(Timing.DEFAULT.retryTicks(), heart.pulse()),
                        scaled(Timing.DEFAULT.retrySlowTicks(), heart.pulse()),
                        recordTicks(heart)),
                applied.signature());
    }

    /** Half of the time after which the peer counts silence: one that waits for a disk here goes on within one and a half of it. */
    private static int recordTicks(HeartConfig heart) {
        Duration longest = heart.heartbeats().stream()
                .map(HeartbeatConfig::timeout)
                .max(Duration::compareTo)
                .orElse(NOMINAL_PULSE.multipliedBy(2L * Timing.DEFAULT.recordTicks()));
        return (int) Math.max(1, ticks(longest.dividedBy(2), heart.pulse()));
    }

    private static long ticks(Duration duration, Duration pulse) {
        return duration.isZero() ? 0 : Math.max(1, duration.dividedBy(pulse));
    }

    private static int scaled(int nominalTicks, Duration pulse) {
        return (int) ticks(NOMINAL_PULSE.multipliedBy(nominalTicks), pulse);
    }

    private HookSettings hooks(AppliedModule applied, UserConfig user) {
        return new HookSettings(
                applied.name(),
                node,
                home,
                var,
                applied.bin(),
                applied.conf(),
                applied.state(),
                user.variables(),
                user.niceStopTimeout(),
                user.forceStopTimeout(),
                HookSettings.OTHER_TIMEOUT,
                user.logging(),
                (long) user.logSize() * BYTES_PER_KB);
    }
}
