package dev.lockstep.node.data;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.core.mirror.DataRole;
import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.PeerReport;
import dev.lockstep.core.mirror.ReplicaIdentity;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The data of a module without replicated directories: there is nothing to do, and the two nodes are a pair as soon as one is
 * primary and the other secondary by their own words. Thread-safe.
 */
public final class NoData implements ModuleData {
    private static final String MODE = "default";

    private final DataEvents events;
    private DataRole role = new DataRole.Stopped();
    private ModuleState peer = ModuleState.STOP;
    private boolean paired;

    /** Tells {@code events} when the pair is complete or broken. */
    public NoData(DataEvents events) {
        this.events = events;
    }

    @Override
    public ReplicaIdentity identity() {
        return ReplicaIdentity.withoutData();
    }

    @Override
    public void open() {
        // Nothing to take hold of.
    }

    @Override
    public void check() {
        // Nothing to verify.
    }

    @Override
    public synchronized void setRole(DataRole wanted) {
        role = wanted;
        paired = false;
        pairIfComplete();
    }

    @Override
    public void outdated(Consumer<Optional<String>> done) {
        done.accept(Optional.empty());
    }

    @Override
    public synchronized void dropPeer(String reason) {
        part(reason);
    }

    @Override
    public synchronized void peerReported(PeerReport report) {
        peer = report.state();
        if (paired && !complete()) {
            part("the other node is " + peer + " now");
        }
        pairIfComplete();
    }

    @Override
    public synchronized void peerSilent() {
        peer = ModuleState.STOP;
        part("nothing is heard of the other node");
    }

    private boolean complete() {
        return switch (role) {
            case DataRole.Alone alone -> peer == ModuleState.SECOND;
            case DataRole.Second second -> peer.runsApplication();
            default -> false;
        };
    }

    private void pairIfComplete() {
        if (!paired && complete()) {
            paired = true;
            events.event(new Event.ReintegrationStarted(MODE));
            events.event(new Event.ReintegrationEnded(MODE));
        }
    }

    private void part(String reason) {
        if (paired) {
            paired = false;
            events.event(new Event.PeerLost(reason, false));
        }
    }

    @Override
    public boolean heardWithin(long millis) {
        return false;
    }

    @Override
    public void lived(long millis) {
        // Nothing is tried again.
    }

    @Override
    public Map<String, String> resources() {
        return Map.of();
    }

    @Override
    public void close(Predicate<String> giveBack) {
        // Nothing was taken.
    }
}
