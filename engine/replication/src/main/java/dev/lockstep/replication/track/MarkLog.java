package dev.lockstep.replication.track;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.replication.state.StateIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * One segment of the dirty log being written. Whoever needs a record on disk first writes all that wait, in one go, and the others
 * wait for it: one force to disk serves everybody.
 *
 * <p>Thread-safe.
 */
final class MarkLog implements AutoCloseable {
    /** Space is zeroed ahead in steps of this, so that forcing a record does not also force a new file size. */
    private static final int PREPARED_BYTES = 256 * 1024;

    /** Records of one batch at most; the rest goes into the next. */
    private static final int BATCH_RECORDS_MAX = 4096;

    /** How long a waiting thread sleeps at most before it looks again whether it must write itself. */
    private static final long WAIT_MILLIS = 50;

    private final StateIo.Appender file;
    private final Executor background;
    private final Object monitor = new Object();
    private final AtomicBoolean leading = new AtomicBoolean();
    private final AtomicBoolean kicked = new AtomicBoolean();

    // guarded by monitor
    private ByteBuffer waiting = ByteBuffer.allocate(64 * LogFormat.RECORD);
    private long appended;

    private volatile long durable;
    private final LongAdder syncs = new LongAdder();
    private volatile IOException broken;

    // owned by the leader
    private long offset = LogFormat.HEADER;
    private long prepared;
    private long batch;

    MarkLog(StateIo.Appender file, Executor background) {
        this.file = file;
        this.background = background;
    }

    /** Writes the header; the first call, durable when it returns. */
    void begin(LogFormat.Header header) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(LogFormat.HEADER);
        LogFormat.putHeader(head, header);
        file.write("begin-log", 0, head.flip());
        prepare(LogFormat.HEADER);
        file.force("begin-log");
    }

    /** Adds a record. @return its position, to {@link #await} */
    long append(byte type, int tree, int flags, long id, long a, long b) {
        synchronized (monitor) {
            if (waiting.remaining() < LogFormat.RECORD) {
                waiting = ByteBuffer.allocate(waiting.capacity() * 2).put(waiting.flip());
            }
            LogFormat.putRecord(waiting, type, tree, flags, id, a, b);
            return ++appended;
        }
    }

    /** Whether a record is on disk. */
    boolean isDurable(long position) {
        return position <= durable;
    }

    long syncs() {
        return syncs.sum();
    }

    /**
     * Returns when a record is on disk.
     *
     * @throws IOException if it cannot be put there; a later call tries again unless the disk lost data
     */
    void await(long position) throws IOException {
        while (durable < position) {
            if (broken != null) {
                throw new IOException("the dirty log cannot be written: " + Trouble.of(broken), broken);
            }
            if (leading.compareAndSet(false, true)) {
                try {
                    writeBatch();
                } finally {
                    leading.set(false);
                    synchronized (monitor) {
                        monitor.notifyAll();
                    }
                }
            } else {
                waitForLeader(position);
            }
        }
    }

    /** Starts to write what waits without waiting for it. */
    void kick() {
        if (kicked.compareAndSet(false, true)) {
            try {
                background.execute(this::writeInBackground);
            } catch (RejectedExecutionException closing) {
                kicked.set(false);
            }
        }
    }

    private void writeInBackground() {
        kicked.set(false);
        long all;
        synchronized (monitor) {
            all = appended;
        }
        try {
            await(all);
        } catch (IOException reportedToWhoNeedsIt) {
            synchronized (monitor) {
                monitor.notifyAll();
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop")
    private void waitForLeader(long position) throws IOException {
        synchronized (monitor) {
            if (durable < position && leading.get()) {
                try {
                    monitor.wait(WAIT_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while the dirty log was written", e);
                }
            }
        }
    }

    private void writeBatch() throws IOException {
        int count;
        ByteBuffer bytes;
        synchronized (monitor) {
            count = Math.min(waiting.position() / LogFormat.RECORD, BATCH_RECORDS_MAX);
            if (count == 0) {
                return;
            }
            bytes = ByteBuffer.allocate(LogFormat.RECORD * (count + 1));
            bytes.position(LogFormat.RECORD).put(waiting.slice(0, count * LogFormat.RECORD));
        }
        LogFormat.sealBatch(bytes, batch + 1, count);
        prepare(offset + bytes.capacity());
        file.write("write-log", offset, bytes.clear());
        try {
            file.force("force-log");
        } catch (IOException e) {
            // after a failed force the kernel may have dropped the data and a second one would succeed for nothing
            broken = e;
            throw e;
        }
        syncs.increment();
        batch++;
        offset += bytes.capacity();
        synchronized (monitor) {
            waiting.flip().position(count * LogFormat.RECORD);
            waiting.compact();
            durable = durable + count;
        }
    }

    private void prepare(long needed) throws IOException {
        if (needed + PREPARED_BYTES / 2 > prepared) {
            long from = Math.max(prepared, needed);
            long to = needed + PREPARED_BYTES;
            try {
                file.write("prepare-log", from, ByteBuffer.allocate((int) (to - from)));
                prepared = to;
            } catch (IOException full) {
                // what is prepared already is there; only when it is used up nothing more can be noted
                if (needed > prepared) {
                    throw full;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
