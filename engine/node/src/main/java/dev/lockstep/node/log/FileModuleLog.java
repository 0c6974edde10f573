package dev.lockstep.node.log;

import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.state.StateDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A module log in files. Whoever writes puts the line into a queue in memory; a shared thread, one at a time, moves the queue to the file, to those who follow
 * and, for lines that are not verbose, to the log of the daemon.
 */
public final class FileModuleLog implements ModuleLog {
    /** The file in the working directory of the module. */
    public static final String FILE = "module.log";

    /** Lines that may wait for the disk; verbose lines beyond this are dropped and counted. */
    static final int VERBOSE_WAITING = 10_000;

    /** Lines of any level beyond this are dropped and counted: the disk has not answered for very long. */
    static final int WAITING = 50_000;

    /** Lines kept in memory while the disk takes none. */
    static final int UNTAKEN = 1_000;

    /** Longest text of a line, in characters; the rest is cut off. */
    static final int TEXT_LENGTH = 8_192;

    private static final Logger DAEMON_LOG = LoggerFactory.getLogger("dev.lockstep.modules");
    private static final String ORIGIN = "log";

    private final String module;
    private final Clock clock;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    private final ReentrantLock queueLock = new ReentrantLock();
    private final Deque<LogLine> waiting = new ArrayDeque<>();
    private final Executor threads;

    /** Whether a thread moves lines, or is about to. */
    private boolean called;

    private long dropped;
    private boolean closed;

    /** Held while lines move from the queue to the files, so that a reader sees each line exactly once. */
    private final ReentrantLock moving = new ReentrantLock();

    private final StateDisk place;
    private final LogFiles files;
    private boolean diskFailed;

    /** The last shown lines the disk has not taken, which tell why; guarded by {@link #moving}. */
    private final Deque<LogLine> untaken = new ArrayDeque<>();

    /**
     * Opens or creates the log.
     *
     * @param module name shown in the log of the daemon
     * @param directory working directory of the module
     * @param threads on which lines are moved; the disk may hold them up
     * @param clock time of the lines
     * @throws IOException if the file cannot be opened
     */
    public FileModuleLog(String module, Path directory, Executor threads, Clock clock) throws IOException {
        this(module, directory, threads, clock, LogFiles.FILE_BYTES);
    }

    FileModuleLog(String module, Path directory, Executor threads, Clock clock, long fileBytes) throws IOException {
        this.threads = threads;
        this.module = module;
        this.clock = clock;
        place = new StateDisk(directory);
        files = new LogFiles(directory.resolve(FILE), fileBytes);
    }

    @Override
    public void write(LogLevel level, String origin, int key, String text) {
        String clean = LogFormat.oneLine(text.length() > TEXT_LENGTH ? text.substring(0, TEXT_LENGTH) : text);
        LogLine line = new LogLine(clock.instant(), LogFormat.oneLine(origin), level, key, clean);
        queueLock.lock();
        try {
            if (closed || waiting.size() >= (line.shown() ? WAITING : VERBOSE_WAITING)) {
                dropped++;
                return;
            }
            waiting.add(line);
            if (!called) {
                called = true;
                threads.execute(this::moveAll);
            }
        } finally {
            queueLock.unlock();
        }
    }

    @Override
    public List<LogLine> tail(int count, boolean verbose) throws IOException {
        moving.lock();
        try {
            move();
            return List.copyOf(last(count, verbose));
        } finally {
            moving.unlock();
        }
    }

    @Override
    public Following follow(int back, boolean verbose, Consumer<LogLine> reader) throws IOException {
        moving.lock();
        try {
            move();
            Follower follower = new Follower(module, verbose, reader, followers::remove, clock);
            last(back, verbose).forEach(follower::offer);
            followers.add(follower);
            follower.start();
            return follower;
        } finally {
            moving.unlock();
        }
    }

    private void moveAll() {
        while (isCalledFor()) {
            moving.lock();
            try {
                move();
            } finally {
                moving.unlock();
            }
        }
    }

    /** Whether there is something to move; whoever comes with something later calls again. */
    private boolean isCalledFor() {
        queueLock.lock();
        try {
            called = !waiting.isEmpty();
            return called;
        } finally {
            queueLock.unlock();
        }
    }

    /** Moves the queue to the file and the followers. Called with {@link #moving} held. */
    private void move() {
        List<LogLine> batch = take();
        if (batch.isEmpty() && untaken.isEmpty()) {
            return;
        }
        try {
            files.append(withUntaken(batch));
            untaken.clear();
            diskFailed = false;
        } catch (IOException failure) {
            if (!diskFailed) {
                diskFailed = true;
                DAEMON_LOG.error(
                        "{} | {} | The module log in {} cannot be written; the last lines are kept in memory until the disk"
                                + " takes them again. {}",
                        module,
                        ORIGIN,
                        place.directory(),
                        place.explain(failure));
            }
            keep(batch);
        }
        for (LogLine line : batch) {
            followers.forEach(follower -> follower.offer(line));
            if (line.shown()) {
                DAEMON_LOG.info("{} | {} | {}", module, line.origin(), line.text());
            }
        }
    }

    private List<LogLine> withUntaken(List<LogLine> batch) {
        List<LogLine> all = new ArrayList<>(untaken);
        all.addAll(batch);
        return all;
    }

    private void keep(List<LogLine> batch) {
        batch.stream().filter(LogLine::shown).forEach(untaken::add);
        while (untaken.size() > UNTAKEN) {
            untaken.remove();
        }
    }

    /** The last lines, those that are on disk and those the disk has not taken. Called with {@link #moving} held. */
    private List<LogLine> last(int count, boolean verbose) throws IOException {
        List<LogLine> lines = new ArrayList<>(files.tail(count, line -> verbose || line.shown()));
        lines.addAll(untaken);
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    private List<LogLine> take() {
        queueLock.lock();
        try {
            List<LogLine> batch = new ArrayList<>(waiting);
            waiting.clear();
            if (dropped > 0 && !batch.isEmpty()) {
                batch.add(new LogLine(
                        clock.instant(),
                        ORIGIN,
                        LogLevel.W,
                        0,
                        "Lines were dropped, because the disk is too slow: " + dropped));
                dropped = 0;
            }
            return batch;
        } finally {
            queueLock.unlock();
        }
    }

    @Override
    public void close() {
        queueLock.lock();
        try {
            closed = true;
        } finally {
            queueLock.unlock();
        }
        followers.forEach(Follower::finish);
        moving.lock();
        try {
            move();
            files.close();
        } catch (IOException failure) {
            DAEMON_LOG.warn("{} | {} | The module log could not be closed.", module, ORIGIN, failure);
        } finally {
            moving.unlock();
        }
    }
}
