package dev.lockstep.replication.engine;

import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.ReintegrationMode;
import dev.lockstep.replication.ReintegrationProgress;
import dev.lockstep.replication.ReintegrationSummary;
import dev.lockstep.replication.ReplicationEvents;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Tells the owner, one call at a time and in order, without making the engine wait; completes stages in the same order. */
final class Teller implements ReplicationEvents {
    private final ReplicationEvents owner;
    private final Executor order;

    Teller(ReplicationEvents owner, Executor order) {
        this.owner = owner;
        this.order = order;
    }

    /** Completes a stage after everything told before. */
    void complete(CompletableFuture<Void> stage) {
        order.execute(() -> stage.complete(null));
    }

    /** Fails a stage after everything told before. */
    void fail(CompletableFuture<Void> stage, Throwable why) {
        order.execute(() -> stage.completeExceptionally(why));
    }

    @Override
    public void identityChanged(ReplicaIdentity identity) {
        order.execute(() -> owner.identityChanged(identity));
    }

    @Override
    public void reintegrationStarted(ReintegrationMode mode, String why) {
        order.execute(() -> owner.reintegrationStarted(mode, why));
    }

    @Override
    public void reintegrationProgress(ReintegrationProgress progress) {
        order.execute(() -> owner.reintegrationProgress(progress));
    }

    @Override
    public void reintegrationEnded(ReintegrationMode mode, ReintegrationSummary summary) {
        order.execute(() -> owner.reintegrationEnded(mode, summary));
    }

    @Override
    public void reintegrationFailed(String reason) {
        order.execute(() -> owner.reintegrationFailed(reason));
    }

    @Override
    public void peerLost(String reason, boolean peerMayBeUpToDate) {
        order.execute(() -> owner.peerLost(reason, peerMayBeUpToDate));
    }

    @Override
    public void failed(String reason) {
        order.execute(() -> owner.failed(reason));
    }

    @Override
    public void notice(String message) {
        order.execute(() -> owner.notice(message));
    }

    @Override
    public void trouble(String message) {
        order.execute(() -> owner.trouble(message));
    }
}
