package dev.lockstep.node.data;

import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.node.state.StateDisk;
import dev.lockstep.replication.ReintegrationMode;
import dev.lockstep.replication.ReintegrationProgress;
import dev.lockstep.replication.ReintegrationSummary;
import dev.lockstep.replication.ReplicationEvents;
import java.util.List;

/** Turns what the replication engine tells into events of the automaton and lines of the log. */
final class EngineEvents implements ReplicationEvents {
    private static final String ORIGIN = "reintegre";
    private static final String PLUG = "rfsplug";
    private static final long MEGABYTE = 1024 * 1024;
    private static final long KILO = 1024;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Progress is logged each time so many more bytes are copied. */
    private static final long PROGRESS_STEP = 100 * MEGABYTE;

    private final DataEvents events;
    private final DataResources resources;
    private final List<ReplicatedDirectory> directories;
    private final StateDisk place;
    private long loggedBytes;
    private boolean upToDate;

    EngineEvents(DataEvents events, DataResources resources, List<ReplicatedDirectory> directories, StateDisk place) {
        this.place = place;
        this.events = events;
        this.resources = resources;
        this.directories = List.copyOf(directories);
    }

    @Override
    public void identityChanged(ReplicaIdentity identity) {
        upToDate = identity.upToDate();
        events.event(new Event.IdentityChanged(identity));
    }

    @Override
    public void reintegrationStarted(ReintegrationMode mode, String why) {
        loggedBytes = 0;
        events.event(new Event.ReintegrationStarted(mode.word() + ": " + why));
        // The source of a copy is always up to date; the target has made durable that it is not.
        if (!upToDate) {
            directories.forEach(one -> events.log(LogLevel.E, ORIGIN, "Updating directory tree from " + one.dir()));
        }
    }

    @Override
    public void reintegrationProgress(ReintegrationProgress progress) {
        resources.progressed(progress);
        if (progress.bytesCopied() - loggedBytes >= PROGRESS_STEP) {
            loggedBytes = progress.bytesCopied();
            events.log(LogLevel.E, ORIGIN, loggedBytes / MEGABYTE + "MB copied");
        }
    }

    @Override
    public void reintegrationEnded(ReintegrationMode mode, ReintegrationSummary summary) {
        if (summary.bytesCopied() > 0 || summary.files() > 0) {
            events.log(LogLevel.E, ORIGIN, copied(summary));
        }
        events.event(new Event.ReintegrationEnded(mode.word()));
    }

    @Override
    public void reintegrationFailed(String reason) {
        events.event(new Event.ReintegrationFailed(place.explain(reason)));
    }

    @Override
    public void peerLost(String reason, boolean peerMayBeUpToDate) {
        events.event(new Event.PeerLost(reason, peerMayBeUpToDate));
    }

    @Override
    public void failed(String reason) {
        events.event(new Event.LocalReplicationFailed(place.explain(reason)));
    }

    @Override
    public void notice(String message) {
        events.log(LogLevel.E, PLUG, message);
    }

    @Override
    public void trouble(String message) {
        events.log(LogLevel.C, PLUG, place.explain(message));
    }

    /** The source knows what it looked at; the target knows what it received. */
    private static String copied(ReintegrationSummary summary) {
        double seconds = Math.max(summary.elapsedNanos() / NANOS_PER_SECOND, 0.001);
        String rate = String.format("%.1f s, %.0f KB/s", seconds, (double) summary.bytesCopied() / KILO / seconds);
        return summary.files() == 0
                ? String.format("Copied %d bytes, %s", summary.bytesCopied(), rate)
                : String.format(
                        "Copied %d bytes in %d files of %d objects, %d KB compared, %s, %d rounds",
                        summary.bytesCopied(),
                        summary.files(),
                        summary.objects(),
                        summary.bytesCompared() / KILO,
                        rate,
                        summary.rounds());
    }
}
