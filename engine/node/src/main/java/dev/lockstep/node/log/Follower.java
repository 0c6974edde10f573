package dev.lockstep.node.log;

import dev.lockstep.core.mirror.LogLevel;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One reader of a log that is being written, with a queue and a thread of its own. */
final class Follower implements ModuleLog.Following {
    /** Lines that may wait for the reader; it is told how many it lost beyond. */
    static final int WAITING = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final boolean verbose;
    private final Consumer<LogLine> reader;
    private final Consumer<Follower> ended;
    private final Clock clock;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<LogLine> waiting = new ArrayDeque<>();
    private long lost;
    private boolean last;
    private boolean closed;

    Follower(String module, boolean verbose, Consumer<LogLine> reader, Consumer<Follower> ended, Clock clock) {
        this.verbose = verbose;
        this.reader = reader;
        this.ended = ended;
        this.clock = clock;
        thread = Thread.ofVirtual().name("follow " + module).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void offer(LogLine line) {
        if (!verbose && !line.shown()) {
            return;
        }
        lock.lock();
        try {
            if (waiting.size() >= WAITING) {
                lost++;
            } else {
                waiting.add(line);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (LogLine line = next(); line != null; line = next()) {
                reader.accept(line);
            }
        } catch (RuntimeException failure) {
            LOG.debug("A reader of a module log ended.", failure);
        } finally {
            close();
        }
    }

    private LogLine next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && lost == 0 && !closed && !last) {
                changed.awaitUninterruptibly();
            }
            if (closed || (waiting.isEmpty() && lost == 0)) {
                return null;
            }
            if (waiting.isEmpty()) {
                LogLine notice = new LogLine(
                        clock.instant(),
                        "log",
                        LogLevel.W,
                        0,
                        "Lines were skipped, because the reader is too slow: " + lost);
                lost = 0;
                return notice;
            }
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come: ends after what waits. */
    void finish() {
        lock.lock();
        try {
            last = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean active() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        ended.accept(this);
    }
}
