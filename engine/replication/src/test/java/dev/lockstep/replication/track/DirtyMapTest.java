package dev.lockstep.replication.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Intent;
import dev.lockstep.replication.kit.Faults;
import dev.lockstep.replication.kit.MemoryStateIo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P1, P6, P7: a mark that was waited for survives every crash; a log that is damaged is never trusted. */
class DirtyMapTest {
    private static final long LINEAGE = 42;
    private static final long ZONE = 1024;

    private final Faults faults = new Faults();
    private MemoryStateIo io = new MemoryStateIo(faults);
    private DirtyMap map;

    @BeforeEach
    void open() throws IOException {
        map = new DirtyMap(io, 2, ZONE, Runnable::run);
        map.restart(LINEAGE, List.of());
    }

    @Test
    void givenMarksWaitedFor_whenThePowerFails_thenTheyAreThere() throws IOException {
        mark(new Intent.Data(1, 7, 3 * ZONE, 1));
        mark(new Intent.Data(1, 7, 10 * ZONE, Long.MAX_VALUE - 10 * ZONE));
        mark(new Intent.AttributesOf(0, 8));
        mark(new Intent.Entries(0, 9, 10));
        ObjectMarks data = find(crashed(1), 1, 7);
        assertEquals(3, data.nextMarked(0));
        assertEquals(4, data.nextUnmarked(3));
        assertEquals(10, data.nextMarked(4));
        assertEquals(ObjectMarks.ENDLESS, data.nextUnmarked(10));
        assertTrue(find(crashed(2), 0, 8).has(ObjectMarks.ATTRIBUTES));
        assertTrue(find(crashed(3), 0, 10).has(ObjectMarks.ENTRIES));
    }

    @Test
    void givenManyCrashesInTheMiddleOfWrites_whenTheLogIsRead_thenNothingWaitedForIsMissingAndNothingIsCalledDamaged()
            throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            io = new MemoryStateIo(faults);
            open();
            Random random = new Random(seed);
            int waited = random.nextInt(50);
            for (int i = 0; i < waited; i++) {
                mark(new Intent.Data(0, 1 + random.nextInt(20), random.nextInt(100) * ZONE, ZONE));
            }
            mark(new Intent.Data(0, 1000, 5 * ZONE, ZONE));
            for (int i = 0; i < 10; i++) {
                map.cover(map.inPair(), new Intent.Data(0, 2000 + i, 0, ZONE));
            }
            faults.fail("state.force-log", 0, 5);
            assertThrows(IOException.class, () -> mark(new Intent.AttributesOf(0, 3000)));
            assertTrue(find(crashed(seed), 0, 1000).hasData(), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 60, 64, 70, 100, 128, 160})
    void givenADamagedByteInWhatWasOnDisk_whenTheLogIsRead_thenItIsNotTrusted(int offset) throws IOException {
        for (int i = 1; i < 6; i++) {
            mark(new Intent.AttributesOf(0, i));
        }
        io.damageLogs(offset);
        assertEquals(Optional.empty(), new LogRecovery(io, 2, ZONE).read(LINEAGE));
    }

    @Test
    void givenAMarkAlreadyOnDisk_whenItIsMadeAgain_thenThereIsNoInputOrOutput() throws IOException {
        mark(new Intent.Data(0, 7, 0, 10));
        byte[] before = io.everything();
        mark(new Intent.Data(0, 7, 100, 10));
        assertEquals(0, java.util.Arrays.compare(before, io.everything()));
    }

    @Test
    void givenManyThreadsWaiting_whenTheLogIsForced_thenOneForceServesMany() throws Exception {
        int threads = 16;
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int id = 1 + t;
            Thread.ofVirtual().start(() -> {
                try {
                    go.await();
                    for (int i = 0; i < 100; i++) {
                        mark(new Intent.Data(0, id, i * ZONE, 1));
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                done.countDown();
            });
        }
        go.countDown();
        assertTrue(done.await(20, TimeUnit.SECONDS));
        assertTrue(map.syncs() <= threads * 100L, "forces: " + map.syncs());
        for (int t = 0; t < threads; t++) {
            assertEquals(100, find(crashed(t), 0, 1 + t).nextUnmarked(0));
        }
    }

    @Test
    void givenARotation_whenThePreviousSegmentIsDropped_thenOnlyNewMarksRemain() throws IOException {
        mark(new Intent.AttributesOf(0, 7));
        map.rotate();
        mark(new Intent.AttributesOf(0, 8));
        assertTrue(find(crashed(1), 0, 7) != null && find(crashed(2), 0, 8) != null);
        map.dropPrevious();
        assertTrue(find(crashed(1), 0, 7) == null && find(crashed(2), 0, 8) != null);
    }

    @Test
    void givenObjectsThatAreExpected_whenOneIsCreatedAndWritten_thenNothingMoreIsForcedToDisk() throws IOException {
        Marking pair = map.inPair();
        map.expect(pair, 0, 7, 8);
        map.await(pair, map.cover(pair, new Intent.Data(0, 7, 0, 10)));
        long forced = map.syncs();
        map.created(pair, 0, 8);
        map.await(pair, map.cover(pair, new Intent.Data(0, 8, 0, 10)));
        assertEquals(forced, map.syncs());
        assertTrue(find(crashed(1), 0, 8).has(ObjectMarks.ALL));
    }

    @Test
    void givenAnObjectExpectedInThePreviousSegment_whenItIsCreated_thenItIsMarkedInThePresentOne() throws IOException {
        Marking before = map.inPair();
        map.expect(before, 0, 7);
        map.await(before, map.cover(before, new Intent.Data(0, 7, 0, 10)));
        map.rotate();
        Marking pair = map.inPair();
        map.created(pair, 0, 7);
        map.await(pair, map.cover(pair, new Intent.Data(0, 7, 0, 10)));
        map.dropPrevious();
        assertTrue(find(crashed(1), 0, 7).has(ObjectMarks.ALL));
    }

    @Test
    void givenNoPeer_whenObjectsAreExpected_thenNothingIsMarked() throws IOException {
        long forced = map.syncs();
        map.expect(map.whileAlone(), 0, 7);
        map.expect(Marking.NONE, 0, 7);
        assertEquals(forced, map.syncs());
        assertEquals(0, map.size());
    }

    @Test
    void givenAnObjectCreatedWhileAlone_whenItIsWritten_thenNoMarkIsNeededUntilAPeerJoins() throws IOException {
        Marking alone = map.whileAlone();
        map.created(alone, 0, 7);
        assertEquals(0, map.cover(alone, new Intent.Data(0, 7, 0, 10)));
        map.forgetFresh();
        Marking round = map.duringRound();
        long position = map.cover(round, new Intent.Data(0, 7, 0, 10));
        assertTrue(position > 0);
        map.await(round, position);
        assertTrue(find(crashed(1), 0, 7).hasData());
        assertEquals(1, round.round().snapshot().size());
    }

    @Test
    void givenALogWithAnotherZoneSize_whenItIsRead_thenTheSameBytesAreMarked() throws IOException {
        mark(new Intent.Data(0, 7, 5 * ZONE, 2 * ZONE));
        MarkSet marks =
                new LogRecovery(io, 2, ZONE / 2).read(LINEAGE).orElseThrow().marks();
        ObjectMarks data = marks.snapshot().getFirst();
        assertEquals(10, data.nextMarked(0));
        assertEquals(14, data.nextUnmarked(10));
    }

    @Test
    void givenALogReadBack_whenItIsResumed_thenItIsOneFileAndHoldsTheSame() throws IOException {
        mark(new Intent.AttributesOf(0, 7));
        map.rotate();
        mark(new Intent.AttributesOf(0, 8));
        io = io.restart();
        DirtyMap again = new DirtyMap(io, 2, ZONE, Runnable::run);
        again.resume(new LogRecovery(io, 2, ZONE).read(LINEAGE).orElseThrow(), true);
        assertEquals(1, io.names().size());
        assertTrue(again.suspect());
        assertEquals(2, again.snapshot().size());
        assertTrue(new LogRecovery(io, 2, ZONE).read(LINEAGE).orElseThrow().suspect());
    }

    @Test
    void givenMarksFarOutInASparseFile_whenTheyAreMade_thenTheyCostNoMemoryAndCoverTheRest() {
        ObjectMarks marks = new ObjectMarks(0, 7);
        marks.addZones(1L << 40, 1L << 40);
        assertTrue(marks.coversZones(1L << 40, (1L << 40) + 5));
        assertFalse(marks.coversZones(0, 0));
    }

    private void mark(Intent intent) throws IOException {
        Marking marking = map.inPair();
        map.await(marking, map.cover(marking, intent));
    }

    /** What a log holds after a power failure; this one goes on. */
    private MarkSet crashed(int seed) throws IOException {
        MemoryStateIo survivor = io.copyAfterCrash(new Random(seed));
        return new LogRecovery(survivor, 2, ZONE).read(LINEAGE).orElseThrow().marks();
    }

    private static ObjectMarks find(MarkSet marks, int tree, long id) {
        return marks.snapshot().stream()
                .filter(one -> one.tree() == tree && one.id() == id)
                .findAny()
                .orElse(null);
    }
}
