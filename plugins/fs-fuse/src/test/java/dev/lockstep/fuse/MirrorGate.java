package dev.lockstep.fuse;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.Completion;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.MutationGate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** A peer in the same process: applies every committed mutation to a second tree before it is acknowledged. */
final class MirrorGate implements MutationGate {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    final List<String> failures = new CopyOnWriteArrayList<>();
    final AtomicLong committed = new AtomicLong();
    /** The peer is away: nothing reaches it. */
    volatile boolean disconnected;
    /** Every mutation is applied again right after itself. */
    volatile boolean twice;

    private final AtomicLong tickets = new AtomicLong();
    private final AtomicLong open = new AtomicLong();
    private final BackingTree peer;

    MirrorGate(BackingTree peer) {
        this.peer = peer;
    }

    @Override
    public long enter(Intent intent) {
        open.incrementAndGet();
        return tickets.incrementAndGet();
    }

    @Override
    public synchronized void commit(long ticket, Mutation mutation, Completion completion) {
        try {
            if (!disconnected) {
                peer.apply(mutation);
            }
            if (twice && !(mutation instanceof Mutation.Write)) {
                peer.apply(mutation);
            }
        } catch (FileSystemFailure | RuntimeException e) {
            failures.add(mutation + ": " + e);
        }
        open.decrementAndGet();
        committed.incrementAndGet();
        completion.completed(0);
    }

    @Override
    public void abandon(long ticket) {
        open.decrementAndGet();
    }

    @Override
    public void doubt(long ticket, String what) {
        failures.add(what);
        open.decrementAndGet();
    }

    @Override
    public void broken(long ticket) {
        failures.add("an operation broke");
        open.decrementAndGet();
    }

    @Override
    public void refusedByDisk(String what) {
        failures.add(what);
    }

    /** Waits until no operation is admitted and neither committed nor abandoned: some follow when a file has been closed. */
    void awaitIdle() {
        Awaitility.await("operations neither committed nor abandoned")
                .atMost(LIMIT)
                .until(() -> open.get() == 0);
    }
}
