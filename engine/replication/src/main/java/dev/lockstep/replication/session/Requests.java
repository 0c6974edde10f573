package dev.lockstep.replication.session;

import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.replication.TimeSource;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Requests on a link that wait for their answers. Thread-safe. */
public final class Requests {
    private final ReplicationLink link;
    private final TimeSource time;
    /** By number; changed one at a time, asked for its size by anybody. */
    private final Map<Integer, Open> open = new ConcurrentHashMap<>();

    private int next;
    private String ended;

    /** What to do with an answer. Called on the transport's thread; must not block. */
    @FunctionalInterface
    public interface Handler {
        /** The answer, or null and why there will be none. */
        void answered(Answer answer, String failure);
    }

    /** Fills the body of a request; may read a file straight into it. */
    @FunctionalInterface
    public interface Body {
        /** Writes the body behind the header. */
        void put(ByteBuffer out) throws IOException;
    }

    private record Open(Handler handler, long since) {}

    /** Requests over a link. */
    public Requests(ReplicationLink link, TimeSource time) {
        this.link = link;
        this.time = time;
    }

    /**
     * Sends a request; the handler is called exactly once, unless this throws.
     *
     * @param size largest size of the body
     * @throws IOException what the body threw; nothing was sent then
     */
    public void send(byte type, int size, Body body, Handler handler) throws IOException {
        ByteBuffer frame = link.allocate(Frame.HEADER + size);
        int start = frame.position();
        boolean filled = false;
        try {
            frame.position(start + Frame.HEADER);
            body.put(frame);
            filled = true;
        } finally {
            if (!filled) {
                link.discard(frame);
            }
        }
        int end = frame.position();
        String failure;
        synchronized (open) {
            failure = ended;
            if (failure == null) {
                int number = ++next;
                frame.position(start);
                Frame.header(frame, type, number);
                open.put(number, new Open(handler, time.nanoTime()));
                link.send(frame.limit(end).position(start));
            }
        }
        if (failure != null) {
            link.discard(frame);
            handler.answered(null, failure);
        }
    }

    /** Sends a request and waits for its answer.
     * @throws IOException if there is none: the link ended */
    public Answer ask(byte type, int size, Body body) throws IOException, InterruptedException {
        return get(promise(type, size, body));
    }

    /** Sends a request whose answer will be waited for with {@link #get}. */
    public Future<Answer> promise(byte type, int size, Body body) throws IOException {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        send(type, size, body, (given, failure) -> {
            if (given == null) {
                answer.completeExceptionally(new IOException(failure));
            } else {
                answer.complete(given);
            }
        });
        return answer;
    }

    /** Waits for an answer.
     * @throws IOException if there is none: the link ended */
    public static Answer get(Future<Answer> answer) throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** Takes an answer. */
    public void received(FrameReader in) throws MalformedFrame {
        Answer answer = Answer.read(in);
        Open request;
        synchronized (open) {
            request = open.remove(in.number());
        }
        if (request == null) {
            throw new MalformedFrame("answer to request " + in.number() + ", which is not open");
        }
        request.handler().answered(answer, null);
    }

    /** Fails everything open and whatever is sent later. */
    public void end(String reason) {
        List<Open> left;
        synchronized (open) {
            if (ended != null) {
                return;
            }
            ended = reason;
            left = new ArrayList<>(open.values());
            open.clear();
        }
        left.forEach(request -> request.handler().answered(null, reason));
    }

    /** Requests that are not answered yet. */
    public int waiting() {
        return open.size();
    }

    /** Whether a request has been open for longer than this. */
    public boolean overdue(Duration limit) {
        long now = time.nanoTime();
        synchronized (open) {
            return open.values().stream().anyMatch(request -> now - request.since() > limit.toNanos());
        }
    }
}
