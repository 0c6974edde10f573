package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.DeferredReply;
import dev.lockstep.fuse.tree.BackingFile;
import java.util.ArrayList;
import java.util.List;

/**
 * The flush of one opening that is begun before the application asks for it, and what becomes of it.
 *
 * <p>The kernel tells an error of the disk once to each opening of a file, so an anticipated flush may take it from the flush the
 * application asks for. Therefore nobody who asks is answered while an anticipated flush of the opening runs, whatever his own flush
 * found; all who wait get its error; and an error nobody waited for is kept for the next one who asks.
 *
 * <p>Openings share descriptors: what another one got of the disk is told here as well, once.
 *
 * <p>Thread-safe.
 */
final class AnticipatedFlush {
    private static final long NOTHING = -1;

    private final long id;
    private final UntoldErrors untold;
    private final BackingFile backing;
    private long heard;
    private boolean running;
    private boolean released;
    private long covered = NOTHING;
    private int kept;
    private List<Waiting> waiting = List.of();

    /** Somebody whose own part is done, with this result. */
    private record Waiting(DeferredReply reply, int errno) {}

    /**
     * How a flush ended.
     *
     * @param released whether the opening was released meanwhile: its descriptor is to be closed now
     * @param answers what is still to be done, without locks
     */
    record End(boolean released, Runnable answers) {}

    /** None has begun. A new opening inherits what nobody was told of the file. */
    AnticipatedFlush(long id, UntoldErrors untold, BackingFile backing) {
        this.id = id;
        this.untold = untold;
        this.backing = backing;
        heard = backing.failures();
        kept = untold.of(id);
    }

    /**
     * Begins. {@link #end} must follow.
     *
     * @param changes of the file up to now: what the flush covers
     * @return false if one runs already or the opening was released
     */
    synchronized boolean begin(long changes) {
        if (running || released) {
            return false;
        }
        running = true;
        covered = changes;
        return true;
    }

    synchronized boolean isRunning() {
        return running;
    }

    /** The flush that was begun is over; {@code errno} is 0 or positive. */
    synchronized End end(int errno) {
        running = false;
        if (errno != 0) {
            covered = NOTHING;
        }
        List<Waiting> asked = waiting;
        waiting = List.of();
        if (asked.isEmpty()) {
            keep(errno);
            return new End(released, () -> {});
        }
        int told = take(errno);
        return new End(
                released, () -> asked.forEach(one -> one.reply.localCompleted(one.errno == 0 ? told : one.errno)));
    }

    /** Whether the flush that runs, or the last one if it succeeded, began when the file had seen as many changes as now. */
    synchronized boolean covers(long changes) {
        return covered == changes;
    }

    /**
     * Gives the local part of the reply to somebody who asked for a flush, now or when the flush that runs has ended.
     *
     * @param errno what his own flush found; 0 if he needs none because he is covered
     */
    void answer(DeferredReply reply, int errno) {
        int told;
        synchronized (this) {
            if (running) {
                waiting = waiting.isEmpty() ? new ArrayList<>(2) : waiting;
                waiting.add(new Waiting(reply, errno));
                return;
            }
            told = take(errno);
        }
        reply.localCompleted(told);
    }

    /**
     * The application has closed its last descriptor of the opening.
     *
     * @return whether the descriptor of the backing file can be closed; else {@link End#released} tells when
     */
    synchronized boolean release() {
        released = true;
        return !running;
    }

    private void keep(int errno) {
        if (errno != 0) {
            kept = errno;
            untold.keep(id, errno);
        }
    }

    /** What to tell somebody: an error of his own, one that was kept, or one another opening got from the descriptor they share. */
    private int take(int errno) {
        long failures = backing.failures();
        int shared = backing.errorAfter(heard);
        heard = failures;
        int before = kept;
        if (before != 0) {
            kept = 0;
            untold.told(id);
        }
        return errno != 0 ? errno : before != 0 ? before : shared;
    }
}
