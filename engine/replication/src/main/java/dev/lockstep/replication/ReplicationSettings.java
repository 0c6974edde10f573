package dev.lockstep.replication;

import java.time.Duration;

/**
 * Settings of a module's replication.
 *
 * @param acknowledge when the secondary acknowledges; may change while running
 * @param lockTimeout a mutation unacknowledged for so long gives up the peer
 * @param sendTimeout nothing sent for so long although something is queued gives up the peer
 * @param reintegrationTimeout a request of a reintegration unanswered for so long breaks it off ({@code reitimeout}); dynamic
 * @param reintegrationThreads parallel readers on the source ({@code nbrei}), 1 to {@value #THREADS_MAX}; dynamic
 * @param zoneBytes unit of the dirty map ({@code ruzone_blocksize}), {@value #ZONE_MIN} or more
 * @param packetBytes largest piece of file data in one frame ({@code reipacketsize}), {@value #PACKET_MIN} to
 *     {@value #PACKET_MAX}
 * @param bandwidthBytesPerSecond cap of a reintegration ({@code reiallowedbw} times 1024), 0 for none; dynamic
 * @param detail a notice per file copied ({@code reidetail}); dynamic
 */
public record ReplicationSettings(
        Acknowledge acknowledge,
        Duration lockTimeout,
        Duration sendTimeout,
        Duration reintegrationTimeout,
        int reintegrationThreads,
        long zoneBytes,
        int packetBytes,
        long bandwidthBytesPerSecond,
        boolean detail) {
    public static final int THREADS_MAX = 64;
    public static final int ZONE_MIN = 64 * 1024;
    public static final int PACKET_MIN = 4 * 1024;
    public static final int PACKET_MAX = 8 * 1024 * 1024;

    /** What an empty configuration means. */
    public static final ReplicationSettings DEFAULT = new ReplicationSettings(
            Acknowledge.FLUSHED_ON_DISK,
            Duration.ofSeconds(100),
            Duration.ofSeconds(30),
            Duration.ofSeconds(150),
            6,
            8L * 1024 * 1024,
            PACKET_MAX,
            0,
            false);

    /** Brings values out of range to the nearest one in range: the configuration reader has told the operator. */
    public ReplicationSettings {
        reintegrationThreads = Math.clamp(reintegrationThreads, 1, THREADS_MAX);
        zoneBytes = Math.max(zoneBytes, ZONE_MIN);
        packetBytes = Math.clamp(packetBytes, PACKET_MIN, PACKET_MAX);
        bandwidthBytesPerSecond = Math.max(0, bandwidthBytesPerSecond);
    }

    /** When the secondary acknowledges an operation. */
    public enum Acknowledge {
        /** {@code async="second"}: everything once applied, fsync too. */
        IN_MEMORY,
        /** Attribute absent: operations once applied; fsync, O_SYNC and O_DSYNC once on its disk. */
        FLUSHED_ON_DISK,
        /** {@code async="none"}: every operation once on its disk. */
        ALL_ON_DISK
    }
}
