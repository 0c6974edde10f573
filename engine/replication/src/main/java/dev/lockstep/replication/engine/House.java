package dev.lockstep.replication.engine;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.replication.ReplicationSettings;
import dev.lockstep.replication.TimeSource;
import dev.lockstep.replication.stream.FlushPool;
import dev.lockstep.replication.stream.Gate;
import dev.lockstep.replication.track.DiskRefusal;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * What the sessions of a module share.
 *
 * @param trees all attached trees, in order
 * @param pool threads for what may wait
 * @param lock held while the role, the record or the segments of the dirty map change
 */
record House(
        String module,
        Supplier<List<BackingTree>> trees,
        Copy copy,
        Gate gate,
        DiskRefusal disk,
        FlushPool flushes,
        ExecutorService pool,
        TimeSource time,
        Supplier<ReplicationSettings> settings,
        Teller teller,
        Object lock) {}
