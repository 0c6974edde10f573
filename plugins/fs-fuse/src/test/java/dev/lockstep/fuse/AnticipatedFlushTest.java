package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.FlushForecast;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.PathFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * P1: the local disk flushes before it is asked when a file is written and flushed in a rhythm. What an application is told of its
 * data, errors included, is the same as without.
 */
class AnticipatedFlushTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ANTICIPATED = WatchedFlushes.ANTICIPATED;
    private static final String ASKED = "FSYNC";

    @TempDir
    Path base;

    private final RecordingGate gate = new RecordingGate();
    private final WatchedFlushes disk = new WatchedFlushes();
    private MountKit kit;
    private FileChannel file;

    @BeforeEach
    void aFileInRhythm() throws Exception {
        kit = MountKit.open(base, gate, PathFilter.ALL, disk.calls());
        kit.tree().expose(Exposure.READ_WRITE);
        file = open(StandardOpenOption.CREATE);
        Shell.run(kit.directory, "setfattr -n user.old -v 1 a");
        for (int i = 0; i < FlushForecast.INTERVALS; i++) {
            write();
            file.force(false);
        }
        assertEquals(0, disk.begun(ANTICIPATED));
    }

    @AfterEach
    void end() throws Exception {
        disk.letGo();
        file.close();
        kit.close();
        assertEquals(List.of(), disk.breaches());
    }

    /** Something between the anticipated flush and the fdatasync. */
    @FunctionalInterface
    interface Between {
        void happen(AnticipatedFlushTest test) throws Exception;
    }

    record Row(String what, boolean covered, Between between) {
        @Override
        public String toString() {
            return what + (covered ? " is covered" : " is not covered");
        }
    }

    private static Row covered(String what, Between between) {
        return new Row(what, true, between);
    }

    private static Row uncovered(String what, Between between) {
        return new Row(what, false, between);
    }

    private static Row uncovered(String script) {
        return uncovered(script, test -> Shell.run(test.kit.directory, script));
    }

    static Stream<Row> rows() {
        return Stream.of(
                covered("nothing else", test -> {}),
                covered("a look at it", test -> Files.readAllBytes(test.kit.path("a"))),
                covered("another name", test -> Shell.run(test.kit.directory, "mv a b; ln b a")),
                covered("another file", test -> Shell.run(test.kit.directory, "echo 1 > other; sync other")),
                covered("the same asked before", test -> test.file.force(false)),
                uncovered("one more write", AnticipatedFlushTest::write),
                uncovered("echo -n 1 >> a"),
                uncovered("truncate -s 5 a"),
                uncovered("truncate -s 5000 a"),
                uncovered("fallocate -l 8192 a"),
                uncovered("fallocate -p -l 4096 a"),
                uncovered(": > a"),
                uncovered("chmod 600 a"),
                uncovered("chown 1:1 a"),
                uncovered("touch -d 2001-01-01 a"),
                uncovered("setfattr -n user.x -v 1 a"),
                uncovered("setfattr -x user.old a"),
                uncovered("chattr +A a"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void givenAnAnticipatedFlushThatHasEnded_whenTheDataAreToBeFlushed_thenItCoversWhatIsUnchanged(Row row)
            throws Exception {
        write();
        ended(1);
        row.between.happen(this);
        int before = disk.begun(ASKED);
        file.force(false);
        assertEquals(row.covered ? 0 : 1, disk.begun(ASKED) - before);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void givenAnAnticipatedFlushThatRuns_whenTheDataAreToBeFlushed_thenItCoversWhatIsUnchanged(Row row)
            throws Exception {
        disk.hold();
        write();
        begun(1);
        if (!row.what.equals("the same asked before")) {
            row.between.happen(this);
        }
        int before = disk.begun(ASKED);
        CompletableFuture<Void> flush = force(false);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> gate.of(Mutation.Flush.class).size() > FlushForecast.INTERVALS);
        assertFalse(flush.isDone(), "the answer waits for the anticipated flush");
        disk.letGo();
        flush.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(row.covered ? 0 : 1, disk.begun(ASKED) - before);
    }

    @Test
    void givenAFileInRhythm_thenTheDiskIsFlushedOnceForEachWrite() throws Exception {
        int before = disk.begun(ASKED);
        for (int i = 1; i <= 20; i++) {
            write();
            file.force(false);
            assertEquals(i, disk.begun(ANTICIPATED));
        }
        assertEquals(before, disk.begun(ASKED));
        assertEquals(FlushForecast.INTERVALS + 20, gate.of(Mutation.Flush.class).size(), "the peer is asked each time");
    }

    @Test
    void givenACoveredFlush_thenItIsAnsweredWhenThePeerHasFlushedToo() throws Exception {
        write();
        ended(1);
        gate.holding = true;
        CompletableFuture<Void> flush = force(false);
        var completion = gate.held.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertFalse(flush.isDone());
        gate.holding = false;
        completion.completed(0);
        flush.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void givenAnAnticipatedFlush_whenEverythingIsToBeFlushed_thenItIsFlushedAsAlways() throws Exception {
        write();
        ended(1);
        int before = disk.begun(ASKED);
        file.force(true);
        assertEquals(1, disk.begun(ASKED) - before);
    }

    @Test
    void givenAnAnticipatedFlush_whenAnotherOpeningIsFlushed_thenItIsFlushedAsAlways() throws Exception {
        try (FileChannel other = open()) {
            write();
            ended(1);
            int before = disk.begun(ASKED);
            other.force(false);
            assertEquals(1, disk.begun(ASKED) - before, "errors are told to each opening by itself");
        }
    }

    @Test
    void givenOneWhoWritesAndAnotherWhoFlushes_thenNothingIsAnticipated() throws Exception {
        try (FileChannel other = open()) {
            other.force(false);
            for (int i = 0; i < 3 * FlushForecast.INTERVALS; i++) {
                write();
                other.force(false);
            }
        }
        assertEquals(0, disk.begun(ANTICIPATED));
    }

    @Test
    void givenAnAnticipatedFlushThatFailed_whenTheApplicationAsks_thenItIsToldOnce() throws Exception {
        for (boolean everything : new boolean[] {false, true}) {
            failed();
            assertThrows(IOException.class, () -> file.force(everything));
            file.force(everything);
            rhythmAgain();
        }
    }

    @Test
    void givenAnAnticipatedFlushThatFailed_whenTheFileIsWrittenAgainAndFlushed_thenTheApplicationIsTold()
            throws Exception {
        failed();
        write();
        assertThrows(IOException.class, () -> file.force(false));
        file.force(false);
    }

    @Test
    void givenAnAnticipatedFlushThatFails_whenItIsWaitedFor_thenTheApplicationIsToldOnce() throws Exception {
        disk.hold();
        disk.fail(FileSystemFailure.EIO);
        write();
        begun(1);
        CompletableFuture<Void> flush = force(false);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> gate.of(Mutation.Flush.class).size() > FlushForecast.INTERVALS);
        disk.letGo();
        assertThrows(ExecutionException.class, () -> flush.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        file.force(false);
        assertEquals(1, gate.refusals.size(), "the replication is told that the disk lacks something");
    }

    @Test
    void givenAnAnticipatedFlushThatFails_whenAFlushItDoesNotCoverSucceedsMeanwhile_thenThatOneFailsAll()
            throws Exception {
        for (boolean everything : new boolean[] {false, true}) {
            disk.hold();
            disk.fail(FileSystemFailure.EIO);
            write();
            Awaitility.await().atMost(LIMIT).until(() -> disk.begun(ANTICIPATED) > disk.ended(ANTICIPATED));
            write();
            int before = disk.ended(ASKED);
            CompletableFuture<Void> flush = force(everything);
            Awaitility.await().atMost(LIMIT).until(() -> disk.ended(ASKED) > before);
            assertFalse(flush.isDone(), "the kernel may have told the error to the anticipated flush");
            disk.letGo();
            assertThrows(ExecutionException.class, () -> flush.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            file.force(everything);
            rhythmAgain();
        }
    }

    @Test
    void givenAnAnticipatedFlushThatFailed_whenNobodyAskedBeforeTheEnd_thenWhoOpensTheFileNextIsTold()
            throws Exception {
        try (FileChannel before = open()) {
            failed();
            assertThrows(IOException.class, () -> before.force(false), "it shares the descriptor, but not the error");
            before.force(false);
            file.close();
            try (FileChannel after = open()) {
                assertThrows(IOException.class, () -> after.force(false));
                after.force(false);
            }
            try (FileChannel later = open()) {
                later.force(false);
            }
        }
    }

    @Test
    void givenAnAnticipatedFlushThatRuns_whenTheFileIsClosed_thenItsDescriptorIsClosedAfterwards() throws Exception {
        disk.hold();
        write();
        begun(1);
        // The time of the file, refused when it is closed, is told again when it is released: so that is seen.
        gate.refusal = FileSystemFailure.EROFS;
        file.close();
        Awaitility.await().atMost(LIMIT).until(() -> gate.refused.get() >= 2);
        gate.refusal = 0;
        try (FileChannel other = open()) {
            other.write(ByteBuffer.allocate(1));
            other.force(true);
        }
        // What has no name any more is not kept open for who comes next.
        Files.delete(kit.path("a"));
        assertEquals(0, disk.ended(ANTICIPATED));
        assertEquals(0, disk.closed("OPEN"));
        disk.letGo();
        Awaitility.await().atMost(LIMIT).until(() -> disk.closed("OPEN") == 1);
    }

    @Test
    void givenManyFilesClosedWhileTheyAreFlushed_thenNoDescriptorIsClosedUnderAFlush() throws Exception {
        CompletableFuture<?>[] work = new CompletableFuture<?>[4];
        for (int i = 0; i < work.length; i++) {
            Path path = kit.path("many" + i);
            work[i] = run(() -> {
                for (int opening = 0; opening < 10; opening++) {
                    writeInRhythm(path);
                }
            });
        }
        CompletableFuture.allOf(work).get(2 * LIMIT.toSeconds(), TimeUnit.SECONDS);
        Awaitility.await().atMost(LIMIT).until(() -> disk.begun(ANTICIPATED) == disk.ended(ANTICIPATED));
        assertTrue(disk.begun(ANTICIPATED) > work.length, "and there were some");
    }

    private static void writeInRhythm(Path path) throws IOException {
        try (FileChannel own = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i <= FlushForecast.INTERVALS; i++) {
                own.write(ByteBuffer.allocate(100));
                own.force(false);
            }
            own.write(ByteBuffer.allocate(100));
        }
    }

    @Test
    void givenAnAnticipatedFlushThatRuns_whenTheDirectoryIsConcealed_thenTheEndOfItIsAwaited() throws Exception {
        disk.hold();
        write();
        begun(1);
        CompletableFuture<Void> concealed = run(() -> kit.tree().conceal());
        CompletableFuture<Void> flush = force(false);
        assertThrows(ExecutionException.class, () -> flush.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertFalse(concealed.isDone());
        disk.letGo();
        concealed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(1, disk.ended(ANTICIPATED));
        assertThrows(IOException.class, () -> file.close(), "the mount it was opened through is gone");
    }

    private FileChannel open(StandardOpenOption... more) throws IOException {
        Set<StandardOpenOption> options = new HashSet<>(List.of(more));
        options.add(StandardOpenOption.WRITE);
        return FileChannel.open(kit.path("a"), options);
    }

    private void write() throws IOException {
        file.write(ByteBuffer.allocate(100), 0);
    }

    private void failed() throws IOException {
        int before = disk.ended(ANTICIPATED);
        disk.fail(FileSystemFailure.EIO);
        write();
        ended(before + 1);
    }

    private void rhythmAgain() throws IOException {
        for (int i = 0; i <= FlushForecast.INTERVALS; i++) {
            write();
            file.force(false);
        }
    }

    private void begun(int count) {
        Awaitility.await().atMost(LIMIT).until(() -> disk.begun(ANTICIPATED) == count);
    }

    private void ended(int count) {
        Awaitility.await().atMost(LIMIT).until(() -> disk.ended(ANTICIPATED) == count);
    }

    private CompletableFuture<Void> force(boolean everything) {
        return run(() -> file.force(everything));
    }

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> run(Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                Thread.ofPlatform().daemon()::start);
    }
}
