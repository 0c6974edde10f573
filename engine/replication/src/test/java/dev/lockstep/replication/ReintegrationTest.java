package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P5, P6: what a reintegration copies, what it costs, and how it ends when it cannot. */
class ReintegrationTest {
    private Mirror mirror;
    private MemoryNode a;
    private MemoryNode b;
    private Application app;

    @BeforeEach
    void aNodeAlone() throws IOException {
        mirror = new Mirror(1, Mirror.SETTINGS);
        a = mirror.a();
        b = mirror.b();
        MemoryNode.await(a.engine().alone(false));
        app = new Application(a);
    }

    @AfterEach
    void end() {
        mirror.close();
    }

    private ReintegrationSummary rejoin() throws InterruptedException {
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        return a.summaries().getLast();
    }

    @Test
    void givenDirectoriesThatChangedPlaces_whenThePeerReturns_thenTheyHaveChangedPlacesThereToo() throws Exception {
        long outer = app.directory(StableId.ROOT, "a");
        long inner = app.directory(outer, "b");
        long file = app.file(inner, "f");
        app.write(file, 0, "content");
        mirror.join(a, b);
        mirror.part(a, b);
        expect(app.rename(0, outer, "b", StableId.ROOT, "b", inner, 0));
        expect(app.rename(0, StableId.ROOT, "a", inner, "a", outer, 0));
        ReintegrationSummary summary = rejoin();
        assertEquals(0, summary.bytesCopied(), "a rename is not a copy");
    }

    @Test
    void givenNamesExchangedLinkedReplacedAndRemovedAndFlagsSet_whenThePeerReturns_thenItHasTheSame() throws Exception {
        long one = app.directory(StableId.ROOT, "one");
        long two = app.directory(StableId.ROOT, "two");
        long file = app.file(one, "f");
        app.write(file, 0, "f");
        long other = app.file(two, "g");
        app.write(other, 0, "g");
        long gone = app.file(two, "gone");
        mirror.join(a, b);
        mirror.part(a, b);
        expect(app.rename(0, one, "f", two, "g", file, Mutation.Rename.EXCHANGE));
        expect(app.run(new Intent.Entries(0, two, 0), new Mutation.Link(0, file, two, new byte[] {'h'}), two, file));
        expect(app.remove(0, two, "gone", gone, false));
        expect(app.run(new Intent.AttributesOf(0, file), new Mutation.SetFlags(0, file, 0x40), file));
        // a directory where a file was
        long directory = app.directory(two, "gone");
        app.file(directory, "below");
        // and a file where a directory was
        expect(app.remove(0, StableId.ROOT, "one", one, true).thenApply(errno -> errno == 39 ? 0 : errno));
        rejoin();
        assertEquals(0x40, b.tree(0).state(file).flags());
        MemoryNode.await("the limbo to be cleared", () -> b.tree(0).limboSize() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenRightsThatWereTakenBeforeContentWasWritten_whenThePeerReturns_thenTheyAreTakenThereBeforeItComes(
            boolean everything) throws Exception {
        long directory = app.directory(StableId.ROOT, "d");
        long file = app.file(directory, "f");
        app.write(file, 0, "for all");
        expect(app.chmod(0, directory, 0755));
        mirror.join(a, b);
        mirror.part(a, b);
        expect(app.chmod(0, directory, 0711));
        expect(app.chmod(0, file, 0640));
        app.write(file, 0, "for few");
        List<Integer> modes = new CopyOnWriteArrayList<>();
        b.faults()
                .meanwhile("tree.apply-Write", 0, () -> List.of(directory, file).forEach(id -> modes.add(mode(b, id))));
        mirror.beginJoin(a, b, everything);
        mirror.awaitPair(a, b);
        assertEquals(List.of(0711, 0600), modes, "when the content came");
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenRightsThatAreTakenWhileAFileIsCopied_whenItsContentArrives_thenNobodyHasThem() throws Exception {
        long file = app.file(StableId.ROOT, "f");
        expect(app.write(0, file, 0, new byte[500_000], false));
        mirror.join(a, b);
        mirror.part(a, b);
        app.write(file, 0, "for all");
        List<CompletableFuture<Integer>> changes = new CopyOnWriteArrayList<>();
        a.faults().meanwhile("tree.read", 1, () -> {
            changes.add(app.chmod(0, file, 0600));
            app.write(file, 0, "for few");
        });
        List<Integer> modes = new CopyOnWriteArrayList<>();
        b.faults().meanwhile("tree.apply-Write", 0, () -> modes.add(mode(b, file)));
        rejoin();
        changes.forEach(Application::expect);
        assertEquals(List.of(0600), modes);
    }

    private static int mode(MemoryNode node, long id) {
        try {
            return node.tree(0).state(id).attributes().mode();
        } catch (FileSystemFailure e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givenOneByteChangedInABigFile_whenThePeerReturns_thenOneBlockTravels() throws Exception {
        long file = app.file(StableId.ROOT, "big");
        expect(app.write(0, file, 0, new byte[4_000_000], false));
        mirror.join(a, b);
        mirror.part(a, b);
        expect(app.write(0, file, 2_000_000, new byte[] {1}, false));
        ReintegrationSummary summary = rejoin();
        assertTrue(summary.bytesCopied() <= 128 * 1024, summary.toString());
        assertTrue(summary.bytesCompared() <= 64 * 1024, summary.toString());
        assertTrue(summary.objects() <= 8, summary.toString());
    }

    @Test
    void givenManyFilesAndFewChanges_whenThePeerReturns_thenTheCostIsThatOfTheChanges() throws Exception {
        for (int d = 0; d < 50; d++) {
            long directory = app.directory(StableId.ROOT, "d" + d);
            for (int f = 0; f < 100; f++) {
                expect(app.create(0, directory, "f" + f, Application.newId(), ObjectKind.FILE));
            }
        }
        mirror.join(a, b);
        mirror.part(a, b);
        long directory =
                app.tree(0).lookup(StableId.ROOT, new byte[] {'d', '7'}).orElseThrow();
        app.file(directory, "new");
        ReintegrationSummary summary = rejoin();
        assertTrue(summary.objects() <= 10, summary.toString());
    }

    @Test
    void givenMoreNewFilesInADirectoryThanAnAnswerCanName_whenThePeerReturns_thenItHasTheirContent() throws Exception {
        long directory = app.directory(StableId.ROOT, "d");
        mirror.join(a, b);
        mirror.part(a, b);
        for (int f = 0; f < 100_001; f++) {
            expect(app.create(0, directory, "f" + f, Application.newId(), ObjectKind.FILE));
        }
        app.write(app.file(directory, "last"), 0, "content");
        rejoin();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void givenAFlushDuringAReintegration_whenThePairIsCompleteAndThePeerLosesPower_thenThePeerHasWhatWasFlushed(
            int seed) throws Exception {
        long file = app.file(StableId.ROOT, "f");
        for (int i = 0; i < 20; i++) {
            app.file(StableId.ROOT, "g" + i);
        }
        // the files come with their state, root and cradle get it last: then the file has been copied
        a.faults().meanwhile("tree.state", 22, () -> {
            app.write(file, 0, "flushed while alone");
            expect(app.flush(0, file));
        });
        mirror.join(a, b);
        b.crash(new Random(seed));
        mirror.cut();
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenASecondaryWithUnrelatedData_whenItJoinsForTheFirstTime_thenItsDataIsSetAsideAndTold() throws Exception {
        MemoryNode.await(b.engine().stopped());
        Application local = new Application(b);
        local.file(StableId.ROOT, "precious");
        MemoryNode.await(b.engine().waiting());
        app.file(StableId.ROOT, "f");
        rejoin();
        assertEquals(1, b.tree(0).atticSize());
        b.awaitTold(text -> text.startsWith("notice") && text.contains("attic"));
    }

    @Test
    void givenATargetThatDiesDuringADelta_whenItJoinsAgain_thenItIsStillADelta() throws Exception {
        mirror.join(a, b);
        mirror.part(a, b);
        for (int i = 0; i < 20; i++) {
            app.write(app.file(StableId.ROOT, "f" + i), 0, "content " + i);
        }
        b.faults().crash("tree.apply-Write", 5, () -> {
            b.crash(new Random(1));
            mirror.cut();
            return true;
        });
        mirror.beginJoin(a, b, false);
        a.awaitTold(text -> text.startsWith("failed-reintegration"));
        b.start();
        assertTrue(b.engine().identity().inconsistent());
        rejoin();
        a.awaitTold(text -> text.equals("ended DELTA"));
    }

    @Test
    void givenADamagedDirtyLog_whenThePeerReturns_thenEverythingIsComparedAndLittleIsCopied() throws Exception {
        long file = app.file(StableId.ROOT, "big");
        byte[] data = new byte[3_000_000];
        new Random(7).nextBytes(data);
        expect(app.write(0, file, 0, data, false));
        mirror.join(a, b);
        mirror.part(a, b);
        app.write(file, 0, "changed");
        app.write(file, 1_000_000, "changed");
        expect(app.chmod(0, file, 0600));
        a.kill();
        a.state().damageLogs(70);
        a.start();
        a.awaitTold(text -> text.startsWith("trouble") && text.contains("not trusted"));
        MemoryNode.await(a.engine().alone(false));
        app = new Application(a);
        ReintegrationSummary summary = rejoin();
        a.awaitTold(text -> text.equals("ended FULL"));
        assertEquals(data.length, summary.bytesCompared());
        assertTrue(summary.bytesCopied() <= 2 * 128 * 1024, summary.toString());
    }

    @Test
    void givenAnOperatorWhoAsksForEverything_whenThePeerJoins_thenItIsFullAndHardlyAnythingTravels() throws Exception {
        long file = app.file(StableId.ROOT, "f");
        expect(app.write(0, file, 0, new byte[1_000_000], false));
        mirror.join(a, b);
        mirror.part(a, b);
        mirror.beginJoin(a, b, true);
        mirror.awaitPair(a, b);
        a.awaitTold(text -> text.equals("ended FULL"));
        assertEquals(0, a.summaries().getLast().bytesCopied());
    }

    @Test
    void givenAPrimaryThatCrashedInAPair_whenTheOtherTookOver_thenOnlyWhatWasInDoubtIsCompared() throws Exception {
        long old = app.file(StableId.ROOT, "old");
        expect(app.write(0, old, 0, new byte[2_000_000], false));
        mirror.join(a, b);
        long hot = app.file(StableId.ROOT, "hot");
        app.write(hot, 0, "hot");
        a.crash(new Random(3));
        mirror.cut();
        b.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(b.engine().alone(false));
        a.start();
        new Application(b).write(hot, 3, "more");
        mirror.join(b, a);
        assertEquals(b.image(), a.image());
        ReintegrationSummary summary = b.summaries().getLast();
        assertTrue(summary.bytesCompared() < 300_000, summary.toString());
    }

    @Test
    void givenChangesNobodyGuarded_whenTheTreeIsAttached_thenTheyAreCopied() throws Exception {
        long file = app.file(StableId.ROOT, "f");
        app.write(file, 0, "before");
        mirror.join(a, b);
        mirror.part(a, b);
        MemoryNode.await(a.engine().waiting());
        a.kill();
        a.tree(0).apply(new Mutation.Write(0, file, 0, java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), false, false));
        a.tree(0).unguarded(new BackingTree.Unguarded(false, false, List.of(file)));
        a.start();
        MemoryNode.await(a.engine().alone(false));
        rejoin();
        a.awaitTold(text -> text.equals("ended DELTA"));
    }

    @Test
    void givenAnotherDirectoryInItsPlace_whenTheTreeIsAttached_thenNothingIsKnownOfTheCopyAndThePeerKeepsItsData()
            throws Exception {
        long file = app.file(StableId.ROOT, "f");
        expect(app.write(0, file, 0, "precious".getBytes(StandardCharsets.UTF_8), false));
        mirror.join(a, b);
        mirror.part(a, b);
        MemoryNode.await(a.engine().alone(false));
        MemoryNode.await(a.engine().waiting());
        a.kill();
        List<String> precious = b.image();
        a.tree(0).moveToAttic("not mounted");
        a.tree(0).unguarded(BackingTree.Unguarded.REPLACED);
        a.start();
        assertTrue(a.engine().identity().neverSynchronized());
        assertFalse(a.engine().identity().upToDate(), "an empty directory is not the latest data");
        MemoryNode.await(b.engine().alone(false));
        mirror.join(b, a);
        assertEquals(precious, b.image());
        assertEquals(b.image(), a.image());
        b.awaitTold(text -> text.equals("ended FULL"));
    }

    @Test
    void givenAModuleStoppedWithTheDaemonRunning_whenFilesChangeOnBothNodes_thenThePrimaryWins() throws Exception {
        long file = app.file(StableId.ROOT, "f");
        app.write(file, 0, "common");
        mirror.join(a, b);
        mirror.part(a, b);
        MemoryNode.await(b.engine().stopped());
        Application local = new Application(b);
        local.write(file, 0, "local");
        local.file(StableId.ROOT, "local");
        MemoryNode.await(b.engine().waiting());
        rejoin();
        a.awaitTold(text -> text.equals("ended DELTA"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 8, 13, 21, 34})
    void givenALinkCutAfterSomeFrames_whenThePeerJoinsAgain_thenThePairIsFormed(int frames) throws Exception {
        for (int i = 0; i < 5; i++) {
            app.write(app.file(app.directory(StableId.ROOT, "d" + i), "f"), 0, "content");
        }
        mirror.beginJoin(a, b, false);
        mirror.link().cutAfter(frames);
        String end = a.awaitTold(
                text -> text.startsWith("failed-reintegration") || text.startsWith("lost") || text.startsWith("ended"));
        mirror.cut();
        b.awaitTold(text -> text.startsWith("failed-reintegration") || text.startsWith("lost"));
        if (!end.startsWith("failed-reintegration")) {
            a.awaitTold(text -> text.startsWith("lost"));
            MemoryNode.await(b.engine().waiting());
            MemoryNode.await(a.engine().alone(false));
        }
        app.file(StableId.ROOT, "after");
        rejoin();
    }

    @Test
    void givenAnApplicationThatNeverStopsWriting_whenThePeerJoins_thenThePairIsFormedAllTheSame() throws Exception {
        long file = app.file(StableId.ROOT, "f");
        expect(app.write(0, file, 0, new byte[1_000_000], false));
        boolean[] end = new boolean[1];
        Thread writer = Thread.ofPlatform().start(() -> {
            Random random = new Random(1);
            while (!end[0]) {
                CompletableFuture<Integer> write =
                        app.write(0, file, random.nextInt(1_000_000), new byte[] {(byte) random.nextInt()}, false);
                write.join();
            }
        });
        mirror.join(a, b);
        end[0] = true;
        writer.join();
        expect(app.flush(0, file));
        assertEquals(a.image(), b.image());
    }
}
