package dev.lockstep.fuse.device;

import dev.lockstep.api.fs.Completion;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A reply that is given when the gate has completed the operation and, for durable ones, the local disk has too. The last of the
 * two sends it; each counts once, whatever is called twice.
 */
public final class DeferredReply implements Completion {
    private static final byte[] EMPTY = {};
    private static final int GATE = 1;
    private static final int LOCAL = 2;

    private final Device device;
    private final long unique;
    private final byte[] body;
    private final Runnable undo;
    private final AtomicInteger open;
    private volatile int error;

    /**
     * A reply to come.
     *
     * @param body what a successful reply carries; null for nothing
     * @param local whether {@link #localCompleted} will be called as well
     * @param undo run when the kernel did not take the reply or it was an error; null for nothing
     */
    DeferredReply(Device device, long unique, byte[] body, boolean local, Runnable undo) {
        this.device = device;
        this.unique = unique;
        this.body = body == null ? EMPTY : body;
        this.undo = undo;
        open = new AtomicInteger(local ? GATE | LOCAL : GATE);
        device.hold();
    }

    /** Makes the reply an error whatever the gate says; for an operation that succeeded only in part. */
    public void failWith(int errno) {
        error = errno;
    }

    @Override
    public void completed(int errno) {
        settle(GATE, errno);
    }

    /** The local disk has the operation, or could not take it. */
    public void localCompleted(int errno) {
        settle(LOCAL, errno);
    }

    /** Answers with an error at once if nothing was answered yet. */
    void abort(int errno) {
        if (open.getAndSet(0) != 0) {
            error = errno;
            send();
        }
    }

    private void settle(int part, int errno) {
        if (errno != 0 && (open.get() & part) != 0) {
            error = errno;
        }
        int before = open.getAndUpdate(state -> state & ~part);
        if (before == part) {
            send();
        }
    }

    private void send() {
        try {
            int errno = error;
            boolean taken = device.send(body, errno, unique);
            if (undo != null && (!taken || errno != 0)) {
                undo.run();
            }
        } finally {
            device.letGo();
        }
    }
}
