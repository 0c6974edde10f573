package dev.lockstep.node.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.core.mirror.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileModuleLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T08:39:22.123456Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    @Test
    void linesComeBackInOrderAndVerboseOnesOnlyWhenAskedFor() throws IOException {
        try (ModuleLog log = open()) {
            log.write(LogLevel.U, "lockstep", 214, "Action start called by root");
            log.write(LogLevel.I, "heart", "detail");
            log.write(LogLevel.E, "heart", "Local state\nWAIT\tTransient");

            assertEquals(
                    List.of("Action start called by root", "Local state WAIT Transient"), texts(log.tail(10, false)));
            assertEquals(3, log.tail(10, true).size());
            assertEquals(List.of("detail", "Local state WAIT Transient"), texts(log.tail(2, true)));
            assertEquals(214, log.tail(10, false).getFirst().key());
        }
    }

    @Test
    void theShownFormIsTheOneScriptsKnow() {
        LogLine line = new LogLine(CLOCK.instant(), "heart", LogLevel.E, 0, "Local state PRIM Ready");

        assertEquals(
                "| 2026-11-21 08:39:22.123456 | heart | E | Local state PRIM Ready",
                LogFormat.shown(line, ZoneOffset.UTC));
    }

    /** A file that takes nothing: every write to it says that the disk is full. */
    private static final Path FULL = Path.of("/dev/full");

    @Test
    void whatAFullDiskDoesNotTakeIsShownAllTheSame() throws IOException {
        assumeTrue(Files.isWritable(FULL));
        Files.createSymbolicLink(directory.resolve(FileModuleLog.FILE), FULL);
        try (ModuleLog log = open()) {
            for (int i = 0; i < FileModuleLog.UNTAKEN + 10; i++) {
                log.write(LogLevel.C, "heart", "reason " + i);
            }
            log.write(LogLevel.I, "heart", "detail");
            assertEquals(
                    FileModuleLog.UNTAKEN,
                    log.tail(FileModuleLog.UNTAKEN * 2, true).size());
            assertEquals(List.of("reason " + (FileModuleLog.UNTAKEN + 9)), texts(log.tail(1, false)));
        }
    }

    @Test
    void aReopenedLogGoesOnBehindATornLine() throws IOException {
        try (ModuleLog log = open()) {
            log.write(LogLevel.E, "heart", "before");
        }
        Files.writeString(directory.resolve(FileModuleLog.FILE), "2026-11-21T08:3", StandardOpenOption.APPEND);

        try (ModuleLog log = open()) {
            log.write(LogLevel.E, "heart", "after");

            assertEquals(List.of("before", "after"), texts(log.tail(10, true)));
        }
    }

    @Test
    void oldLinesGoWhenTheLogHasGrownAndTheNewestStay() throws IOException {
        try (ModuleLog log = new FileModuleLog("AM", directory, Thread::startVirtualThread, CLOCK, 4_096)) {
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < 20; i++) {
                    log.write(LogLevel.E, "heart", "line " + (round * 20 + i));
                }
                log.tail(1, true);
            }

            List<String> kept = texts(log.tail(200, true));
            assertEquals(IntStream.range(800, 1000).mapToObj(i -> "line " + i).toList(), kept);
            try (var files = Files.list(directory)) {
                assertEquals(LogFiles.PREDECESSORS + 1, files.count());
            }
        }
    }

    @Test
    void aFollowerGetsTheLastLinesAndEveryNewOneWithoutAGap() throws Exception {
        try (ModuleLog log = open()) {
            log.write(LogLevel.E, "heart", "one");
            log.write(LogLevel.E, "heart", "two");
            List<String> seen = new CopyOnWriteArrayList<>();
            ModuleLog.Following kept;
            try (ModuleLog.Following following = log.follow(1, false, line -> seen.add(line.text()))) {
                kept = following;
                log.write(LogLevel.I, "heart", "verbose");
                log.write(LogLevel.E, "heart", "three");

                await().until(() -> seen.equals(List.of("two", "three")));
                assertTrue(following.active());
            }
            assertFalse(kept.active());
        }
    }

    @Test
    void aFollowerThatStopsReadingHoldsUpNobody() throws Exception {
        try (ModuleLog log = open()) {
            CountDownLatch stuck = new CountDownLatch(1);
            try (ModuleLog.Following following = log.follow(0, true, line -> uninterruptibly(stuck))) {
                for (int i = 0; i < Follower.WAITING + 100; i++) {
                    log.write(LogLevel.E, "heart", "line " + i);
                }
                assertEquals(
                        "line " + (Follower.WAITING + 99),
                        log.tail(1, true).getFirst().text());
                assertTrue(following.active());
                stuck.countDown();
            }
        }
    }

    @Test
    void aReaderThatThrowsEndsItsOwnFollowingOnly() throws Exception {
        try (ModuleLog log = open();
                ModuleLog.Following following = log.follow(0, true, line -> {
                    throw new IllegalStateException("gone");
                })) {
            log.write(LogLevel.E, "heart", "one");

            await().until(() -> !following.active());
            log.write(LogLevel.E, "heart", "two");
            assertEquals(List.of("one", "two"), texts(log.tail(5, true)));
        }
    }

    private ModuleLog open() throws IOException {
        return new FileModuleLog("AM", directory, Thread::startVirtualThread, CLOCK);
    }

    private static List<String> texts(List<LogLine> lines) {
        return lines.stream().map(LogLine::text).toList();
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
