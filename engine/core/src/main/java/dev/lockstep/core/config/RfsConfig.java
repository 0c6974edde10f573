package dev.lockstep.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The replicated directories of a mirror and how they are replicated.
 *
 * @param directories what is replicated, in file order, at least one
 * @param async what an acknowledged write means; default {@link AsyncMode#DURABLE_AT_SYNC}
 * @param flowLan network of the replication from the legacy {@code flow} element; absent means that of
 *     {@link HeartConfig#flow()}
 * @param flowAddresses the two addresses of the legacy {@code flow} form; empty otherwise
 * @param tuning sizes, times and bounds
 * @param namespacePolicy what a reintegration may rely on; default {@link NamespacePolicy#RESUMABLE}
 * @param acl whether {@code acl="on"} was written; default no. Lockstep replicates ACLs either way
 * @param reintegrationDetail a detailed log of reintegrations; default no
 * @param scripts whether the {@code _rfs_callback} script is called; default no
 * @param syncDelta age of the last synchronization up to which an outdated node may become primary when its peer is
 *     silent; default zero, which forbids it, as does one minute
 * @param syncAt schedule of weak synchronization; absent by default
 * @param windows settings that mean something on Windows only
 */
public record RfsConfig(
        List<ReplicatedDirectory> directories,
        AsyncMode async,
        Optional<String> flowLan,
        List<String> flowAddresses,
        RfsTuning tuning,
        NamespacePolicy namespacePolicy,
        boolean acl,
        boolean reintegrationDetail,
        boolean scripts,
        Duration syncDelta,
        Optional<String> syncAt,
        RfsWindows windows) {

    /** Port of the replication of module 1. */
    public static final int FIRST_PORT = 5600;

    /** Ports reserved per module. */
    public static final int PORTS_PER_MODULE = 4;

    /** Copies the lists. */
    public RfsConfig {
        directories = List.copyOf(directories);
        flowAddresses = List.copyOf(flowAddresses);
    }

    /** The TCP port of the replication of the module with this id (from 1). */
    public static int port(int moduleId) {
        return FIRST_PORT + (moduleId - 1) * PORTS_PER_MODULE;
    }

    /**
     * Sizes, times and bounds of the replication.
     *
     * @param packetSize largest replication packet in bytes; absent leaves the choice to the engine
     * @param reintegrationPacketSize largest reintegration packet in bytes; default 8 MiB, or {@code packetSize} if
     *     that is set and smaller
     * @param zoneSize size in bytes of the zones of a file that are tracked; default {@code reintegrationPacketSize} if
     *     that is set, else 8 MiB; a multiple of it
     * @param lockTimeout a request of the replication not served within this time makes the primary go on alone;
     *     default 100 s
     * @param sendTimeout a packet not sent within this time makes the primary go on alone; default 30 s
     * @param reintegrationTimeout bound of one request of a reintegration; default 150 s
     * @param parallelReintegrations files copied at once; default 6
     * @param reintegrationCommit blocks between two flushes while one file is copied; default 0, only at its end
     * @param reintegrationBandwidth bound of a reintegration in KB/s; absent means unbounded
     * @param connections TCP connections between the nodes; default 1
     * @param checkTime bound of the test of the disk below the replicated directories; default 45 s
     * @param checkInterval period of that test; default 5 s
     */
    public record RfsTuning(
            OptionalInt packetSize,
            int reintegrationPacketSize,
            int zoneSize,
            Duration lockTimeout,
            Duration sendTimeout,
            Duration reintegrationTimeout,
            int parallelReintegrations,
            int reintegrationCommit,
            OptionalInt reintegrationBandwidth,
            int connections,
            Duration checkTime,
            Duration checkInterval) {

        /** Size of a packet and of a zone, in bytes, when nothing is configured: 8 MiB. */
        public static final int DEFAULT_SIZE = 8 * 1024 * 1024;
    }

    /**
     * Settings for Windows.
     *
     * @param ioTimeout an access not replicated within this time makes the primary go on alone; default 300 s
     * @param stopOnForeignWrite whether a modification on the secondary also stops the module there
     *     ({@code roflags="0x10000"}); default no, it is logged
     * @param preallocationThreshold files of this many GB or more are allocated first; default 0, never
     * @param crossJunctions whether junctions are followed; default yes
     */
    public record RfsWindows(
            Duration ioTimeout, boolean stopOnForeignWrite, int preallocationThreshold, boolean crossJunctions) {}
}
