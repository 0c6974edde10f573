package dev.lockstep.node.data;

import dev.lockstep.replication.ReintegrationProgress;
import dev.lockstep.replication.ReplicationStatistics;
import java.util.Map;
import java.util.TreeMap;

/** The figures of a module's replication as operators know them. Thread-safe. */
final class DataResources {
    private static final long KILO = 1024;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private volatile Map<String, String> reintegration = Map.of();

    /** A reintegration got further. */
    void progressed(ReintegrationProgress progress) {
        Map<String, String> next = new TreeMap<>();
        next.put(
                "rfs.rei_scan_count_metric",
                progress.objects() + " (" + share(progress.objects(), progress.objectsKnown()) + "%)");
        next.put("rfs.rei_scan_time_metric", Long.toString(progress.elapsedNanos() / NANOS_PER_SECOND));
        next.put("rfs.rei_copy_size_metric", progress.bytesCopied() / KILO + " (" + progress.percent() + "%)");
        next.put("rfs.rei_copy_time_metric", Long.toString(progress.elapsedNanos() / NANOS_PER_SECOND));
        reintegration = Map.copyOf(next);
    }

    private static long share(long done, long known) {
        return known == 0 ? 0 : Math.min(100, 100 * done / known);
    }

    /** All figures. */
    Map<String, String> of(ReplicationStatistics now) {
        Map<String, String> all = new TreeMap<>(reintegration);
        all.put("rfs.rep_bandwidth", Long.toString(now.replicationKilobytesPerSecond()));
        all.put("rfs.rei_bandwidth", Long.toString(now.reintegrationKilobytesPerSecond()));
        all.put("rfs.pending_operations", Integer.toString(now.pendingOperations()));
        all.put("rfs.dirty_objects", Long.toString(now.dirtyObjects()));
        all.put("rfs.dirty_size", Long.toString(now.dirtyBytes() / KILO));
        return all;
    }
}
