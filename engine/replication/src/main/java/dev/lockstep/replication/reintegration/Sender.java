package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.session.Requests;
import dev.lockstep.replication.wire.ObjectCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Sends requests without waiting for each answer, up to a bound of bytes on their way. Thread-safe.
 */
final class Sender {
    /** Bytes of requests whose answers are awaited: enough to fill a fast network, little enough to die quickly. */
    private static final int WINDOW_BYTES = 32 * 1024 * 1024;

    /** What a request counts beyond its body, so that small ones are bounded too. */
    private static final int REQUEST_BYTES = 2048;

    private static final int LISTING_BYTES = 1024 * 1024;
    private static final int LISTING_HEAD = 2 + 8 + 1;
    private static final long POLL_MILLIS = 100;

    private final Requests requests;
    private final Semaphore window = new Semaphore(WINDOW_BYTES);
    private final AtomicReference<String> failure = new AtomicReference<>();

    Sender(Requests requests) {
        this.requests = requests;
    }

    /** Stops everything: what waits and what is sent later fails with this. */
    void fail(String reason) {
        failure.compareAndSet(null, reason);
    }

    /** Throws if the copy has failed. */
    void check() throws Broken {
        String reason = failure.get();
        if (reason != null) {
            throw new Broken(reason);
        }
    }

    /** Waits, unless the copy fails meanwhile. */
    void pause(long nanos) throws Broken, InterruptedException {
        long left = nanos;
        while (left > 0) {
            check();
            long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
            TimeUnit.NANOSECONDS.sleep(slice);
            left -= slice;
        }
    }

    /** Sends a request; {@code answered} gets what came back, never for want of an answer. */
    void send(byte type, int size, Requests.Body body, Consumer<Answer> answered)
            throws IOException, InterruptedException {
        int cost = Math.min(WINDOW_BYTES, size + REQUEST_BYTES);
        acquire(cost);
        boolean sent = false;
        try {
            requests.send(type, size, body, (answer, ended) -> {
                try {
                    if (answer == null) {
                        fail(ended);
                    } else {
                        answered.accept(answer);
                    }
                } finally {
                    window.release(cost);
                }
            });
            sent = true;
        } finally {
            if (!sent) {
                window.release(cost);
            }
        }
    }

    /** Sends a request and waits for its answer. */
    Answer ask(byte type, int size, Requests.Body body) throws IOException, InterruptedException {
        check();
        return requests.ask(type, size, body);
    }

    /** Sends the listing of a directory, in pieces; {@code answered} gets the answer to the last. */
    void sendListing(byte type, int tree, long directory, List<DirectoryEntry> entries, Consumer<Answer> answered)
            throws IOException, InterruptedException {
        int from = 0;
        do {
            int size = LISTING_HEAD;
            int to = from;
            while (to < entries.size() && (to == from || size < LISTING_BYTES)) {
                size += ObjectCodec.sizeOf(entries.get(to++));
            }
            List<DirectoryEntry> piece = entries.subList(from, to);
            boolean more = to < entries.size();
            send(type, size, out -> putListing(out, tree, directory, more, piece), more ? this::needDone : answered);
            from = to;
        } while (from < entries.size());
    }

    private static void putListing(
            ByteBuffer out, int tree, long directory, boolean more, List<DirectoryEntry> entries) {
        out.putShort((short) tree).putLong(directory).put((byte) (more ? 1 : 0));
        entries.forEach(entry -> ObjectCodec.putEntry(out, entry));
    }

    /** Accepts nothing but DONE. */
    void needDone(Answer answer) {
        if (!(answer instanceof Answer.Done)) {
            fail(sentence(answer));
        }
    }

    /** Waits until every request is answered. */
    void settle() throws IOException, InterruptedException {
        acquire(WINDOW_BYTES);
        window.release(WINDOW_BYTES);
        check();
    }

    private void acquire(int permits) throws Broken, InterruptedException {
        check();
        while (!window.tryAcquire(permits, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            check();
        }
        String reason = failure.get();
        if (reason != null) {
            window.release(permits);
            throw new Broken(reason);
        }
    }

    /** What an answer that was not hoped for means. */
    static String sentence(Answer answer) {
        return switch (answer) {
            case Answer.Failed(int errno, String text)
            when errno == FileSystemFailure.ENOSPC ->
                "the disk of the joining node is full (" + text + "): make room there and start it again";
            case Answer.Failed(int errno, String text) -> "the joining node failed with errno " + errno + ": " + text;
            case Answer.Absent _ -> "the joining node does not have an object it should have";
            default -> "the joining node answered something else than was asked";
        };
    }
}
