package dev.lockstep.node.module;

import dev.lockstep.node.http.ModuleStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What a module shows, for readers of other threads. */
final class StatusBoard {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ModuleStatus shown;
    private boolean idle = true;
    private boolean closed;

    StatusBoard(ModuleStatus first) {
        shown = first;
    }

    /** Shows something; the revision grows if it is something else.
     * @param idle whether the module is stopped with nothing left to do */
    void show(ModuleStatus status, boolean idle) {
        lock.lock();
        try {
            ModuleStatus sameRevision = withRevision(status, shown.revision());
            if (sameRevision.equals(shown) && this.idle == idle) {
                return;
            }
            shown = withRevision(status, shown.revision() + 1);
            this.idle = idle;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static ModuleStatus withRevision(ModuleStatus status, long revision) {
        return new ModuleStatus(
                status.module(),
                status.id(),
                status.mode(),
                status.state(),
                status.readiness(),
                status.detail(),
                status.reason(),
                status.row(),
                status.remoteNode(),
                status.remoteState(),
                status.remoteReadiness(),
                status.peers(),
                status.failedHooks(),
                revision);
    }

    /** What is shown now. */
    ModuleStatus now() {
        lock.lock();
        try {
            return shown;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until another revision than this is shown, at most {@code limit}. */
    ModuleStatus await(long revision, Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long nanos = limit.toNanos();
            while (shown.revision() == revision && nanos > 0 && !closed) {
                nanos = changed.awaitNanos(nanos);
            }
            return shown;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the module is stopped with nothing left to do; false if it is not within {@code limit}. */
    boolean awaitIdle(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(limit.toMillis());
            while (!idle && nanos > 0 && !closed) {
                nanos = changed.awaitNanos(nanos);
            }
            return idle;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the module is stopped with nothing left to do. */
    boolean idle() {
        lock.lock();
        try {
            return idle;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is shown any more; who waits goes on. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
