package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** P1: changes the peer may not have are found out and made up for, also when nothing of the link is wrong. */
class UnsentChangesTest {
    /** Several periods of the rotation of a {@link MemoryNode}. */
    private static final Duration SEVERAL_ROTATIONS = Duration.ofSeconds(1);

    /** Several pages: to set the size of a file again touches its last one. */
    private static final String MEMORY_ONLY = "refused by the disk, and still in memory. ".repeat(100);

    private Mirror mirror;
    private MemoryNode a;
    private MemoryNode b;
    private Application app;
    private long file;

    @BeforeEach
    void aPair() throws IOException, InterruptedException {
        mirror = new Mirror(1, Mirror.SETTINGS);
        a = mirror.a();
        b = mirror.b();
        MemoryNode.await(a.engine().alone(false));
        mirror.join(a, b);
        app = new Application(a);
        file = app.file(StableId.ROOT, "f");
    }

    @AfterEach
    void end() {
        mirror.close();
    }

    @Test
    void givenNoMemoryForAFrame_whenAChangeCannotBeSent_thenThePeerIsGivenUpAndHasTheChangeOnceItReturns()
            throws Exception {
        mirror.link().left().outOfMemory();
        assertThrows(OutOfMemoryError.class, () -> app.write(0, file, 0, new byte[] {1}, false));
        expectThePeerToBeGivenUpAndEqualWhenItReturns();
    }

    @Test
    void givenAnOperationThatFailedHalfWay_whenNobodyKnowsWhatItChanged_thenThePeerIsGivenUpAndEqualOnceItReturns()
            throws Exception {
        long ticket = a.engine().gate().enter(new Intent.Data(0, file, 0, 1));
        app.tree(0).apply(new Mutation.Write(0, file, 0, ByteBuffer.wrap(new byte[] {1}), false, false));
        a.engine().gate().doubt(ticket, "an operation failed half-way");
        expectThePeerToBeGivenUpAndEqualWhenItReturns();
    }

    @Test
    void givenAnOperationThatBroke_whenThePeerTakesOver_thenWhatItMayHaveChangedIsComparedOnceThisNodeReturns()
            throws Exception {
        long ticket = a.engine().gate().enter(new Intent.Data(0, file, 0, 1));
        app.tree(0).apply(new Mutation.Write(0, file, 0, ByteBuffer.wrap(new byte[] {1}), false, false));
        a.engine().gate().broken(ticket);
        long later = System.nanoTime() + SEVERAL_ROTATIONS.toNanos();
        MemoryNode.await("several rotations to be due", () -> System.nanoTime() > later);
        MemoryNode.await(a.engine().handOver());
        b.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(b.engine().alone(false));
        mirror.join(b, a);
        assertEquals(b.image(), a.image());
    }

    @Test
    void givenAPeerWhoseDiskLosesData_whenTheActivityLogIsToBeShortened_thenThePeerIsGivenUp() throws Exception {
        b.faults().fail("tree.sync", 0, FileSystemFailure.EIO);
        app.write(file, 0, "not on the disk of the peer");
        String reason = a.awaitTold(text -> text.startsWith("lost"));
        assertTrue(reason.contains("disk"), reason);
    }

    @ParameterizedTest
    @CsvSource({"tree.apply-Flush, false", "tree.apply-Flush, true", "tree.sync, false", "tree.sync, true"})
    void givenAPeerWhoseDiskRefusedData_whenItHasReturnedAndLosesItsPower_thenItsDiskHasThem(
            String refusing, boolean everything) throws Exception {
        b.faults().fail(refusing, 0, FileSystemFailure.EIO);
        app.write(file, 0, MEMORY_ONLY);
        CompletableFuture<Integer> flushed =
                refusing.equals("tree.sync") ? CompletableFuture.completedFuture(0) : app.flush(0, file);
        b.awaitTold(text -> text.contains("refused data"));
        expectThePeerToBeGivenUp();
        expect(flushed);
        mirror.beginJoin(a, b, everything);
        mirror.awaitPair(a, b);
        b.crash(new Random(1));
        mirror.cut();
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenAPrimaryWhoseDiskRefusedData_whenItLosesItsPowerAndReturns_thenItHasThemFromThePeer() throws Exception {
        diskOfThePrimaryRefuses();
        expectThePrimaryToBeEqualWhenItHasLostItsPowerAndReturned();
    }

    @Test
    void givenAPrimaryWhoseDiskRefusedData_whenThePeerLeavesAndReturnsBefore_thenItHasThemFromThePeerAllTheSame()
            throws Exception {
        diskOfThePrimaryRefuses();
        mirror.part(a, b);
        mirror.join(a, b);
        expectThePrimaryToBeEqualWhenItHasLostItsPowerAndReturned();
    }

    @Test
    void givenALonePrimaryWhoseDiskRefusedData_whenThePeerReturnsBefore_thenItHasThemFromThePeer() throws Exception {
        mirror.part(a, b);
        diskOfThePrimaryRefuses();
        mirror.join(a, b);
        expectThePrimaryToBeEqualWhenItHasLostItsPowerAndReturned();
    }

    @Test
    void givenALonePrimaryWhoseDiskRefusedData_whenItsEngineIsStartedAnewBefore_thenThatIsNotForgotten()
            throws Exception {
        mirror.part(a, b);
        diskOfThePrimaryRefuses();
        a.kill();
        mirror.cut();
        a.start();
        MemoryNode.await(a.engine().alone(false));
        mirror.join(a, b);
        expectThePrimaryToBeEqualWhenItHasLostItsPowerAndReturned();
    }

    @Test
    void givenALonePrimary_whenItsDiskRefusesDataAsItLeavesItsRole_thenThatIsNotForgotten() throws Exception {
        mirror.part(a, b);
        app.write(file, 0, MEMORY_ONLY);
        a.faults().fail("tree.sync", 0, FileSystemFailure.EIO);
        MemoryNode.await(a.engine().waiting());
        a.awaitTold(text -> text.contains("refused data"));
        MemoryNode.await(a.engine().alone(false));
        mirror.join(a, b);
        expectThePrimaryToBeEqualWhenItHasLostItsPowerAndReturned();
    }

    @Test
    void givenASecondaryWhoseDiskRefusedData_whenItIsPrimaryAllTheSame_thenItHasThemFromTheOtherAfterALossOfPower()
            throws Exception {
        diskOfTheSecondaryRefusesAndItIsPrimaryAllTheSame();
        mirror.join(b, a);
        b.crash(new Random(1));
        mirror.cut();
        a.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(a.engine().alone(false));
        b.start();
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenASecondaryWhoseDiskRefusedData_whenItIsPrimaryAllTheSame_thenTheFirstFlushOfAFileTellsTheApplication()
            throws Exception {
        diskOfTheSecondaryRefusesAndItIsPrimaryAllTheSame();
        Application there = new Application(b);
        assertEquals(FileSystemFailure.EIO, there.flush(0, file).get(1, TimeUnit.MINUTES));
        expect(there.flush(0, file));
        expect(there.flush(0, there.file(StableId.ROOT, "made since")));
    }

    @Test
    void givenASecondary_whenItsDiskIsSeenToRefuseData_thenItLeavesAndIsComparedAgain() throws Exception {
        b.engine().gate().refusedByDisk("fsync by a reader");
        a.awaitTold(text -> text.startsWith("lost"));
        b.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(b.engine().outdated());
        MemoryNode.await(b.engine().waiting());
        MemoryNode.await(a.engine().alone(false));
        mirror.join(a, b);
        assertFalse(b.state().names().contains("disk-refused"));
    }

    @Test
    void givenAFormerSecondaryWhoseDiskRefusedData_whenItLosesItsPowerAsPrimaryOfAPairInTheMaking_thenItHasThemAgain()
            throws Exception {
        diskOfTheSecondaryRefusesAndItIsPrimaryAllTheSame();
        powerFailsAsThePairIsFormed("state.store-paired", b, a);
    }

    @ParameterizedTest
    @CsvSource({"state.store-paired, false", "state.store-paired, true", "state.store-paired.after, true"})
    void givenAPrimaryWhoseDiskRefusedData_whenItLosesItsPowerAsThePairIsFormed_thenItHasThemFromThePeer(
            String moment, boolean newFile) throws Exception {
        mirror.part(a, b);
        if (newFile) {
            file = app.file(StableId.ROOT, "made alone");
            expect(app.flush(0, StableId.ROOT));
        }
        diskOfThePrimaryRefuses();
        powerFailsAsThePairIsFormed(moment, a, b);
    }

    private void powerFailsAsThePairIsFormed(String moment, MemoryNode refused, MemoryNode other) throws Exception {
        CountDownLatch off = new CountDownLatch(1);
        refused.faults().crash(moment, 0, () -> {
            refused.crash(new Random(1));
            off.countDown();
            return true;
        });
        mirror.beginJoin(refused, other, false);
        assertTrue(off.await(1, TimeUnit.MINUTES));
        other.awaitTold(text -> text.startsWith("ended"));
        mirror.cut();
        other.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(other.engine().alone(false));
        refused.faults().clear();
        refused.start();
        mirror.join(other, refused);
        assertEquals(other.image(), refused.image());
    }

    @Test
    void givenAPrimaryWhoseDiskRefusedData_whenItHasBeenSynchronizedFromThePeer_thenMarksAreTrustedAgain()
            throws Exception {
        diskOfThePrimaryRefuses();
        MemoryNode.await(a.engine().handOver());
        b.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(b.engine().alone(false));
        mirror.join(b, a);
        MemoryNode.await(b.engine().handOver());
        a.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(a.engine().alone(false));
        mirror.join(a, b);
        mirror.part(a, b);
        mirror.join(a, b);
        assertTrue(a.told().contains("ended " + ReintegrationMode.DELTA), a.told()::toString);
    }

    private void diskOfTheSecondaryRefusesAndItIsPrimaryAllTheSame() throws Exception {
        b.faults().fail("tree.sync", 0, FileSystemFailure.EIO);
        app.write(file, 0, MEMORY_ONLY);
        b.awaitTold(text -> text.contains("refused data"));
        a.kill();
        mirror.cut();
        a.start();
        MemoryNode.await(b.engine().waiting());
        MemoryNode.await(b.engine().alone(false));
    }

    private void diskOfThePrimaryRefuses() throws Exception {
        a.faults().fail("tree.apply-Flush", 0, FileSystemFailure.EIO);
        app.write(file, 0, MEMORY_ONLY);
        assertEquals(FileSystemFailure.EIO, app.flush(0, file).get(1, TimeUnit.MINUTES));
        a.awaitTold(text -> text.contains("refused data"));
        long later = System.nanoTime() + SEVERAL_ROTATIONS.toNanos();
        MemoryNode.await("several rotations to be due", () -> System.nanoTime() > later);
    }

    private void expectThePrimaryToBeEqualWhenItHasLostItsPowerAndReturned() throws Exception {
        a.crash(new Random(1));
        mirror.cut();
        b.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(b.engine().alone(false));
        a.start();
        mirror.join(b, a);
        assertEquals(b.image(), a.image());
    }

    @Test
    void givenAPrimaryWhoseDiskLosesData_whenTheActivityLogIsToBeShortened_thenItsMarksStay() throws Exception {
        a.faults().fail("tree.sync", 0, FileSystemFailure.EIO);
        app.write(file, 0, "not on the disk of the primary");
        a.awaitTold(text -> text.contains("refused data"));
        long later = System.nanoTime() + SEVERAL_ROTATIONS.toNanos();
        MemoryNode.await("several rotations to be due", () -> System.nanoTime() > later);
        assertTrue(a.engine().statistics().dirtyObjects() > 0);
    }

    private void expectThePeerToBeGivenUpAndEqualWhenItReturns() throws InterruptedException {
        expectThePeerToBeGivenUp();
        expect(app.flush(0, file));
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
    }

    private void expectThePeerToBeGivenUp() throws InterruptedException {
        a.awaitTold(text -> text.startsWith("lost"));
        b.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(b.engine().outdated());
        MemoryNode.await(b.engine().waiting());
        MemoryNode.await(a.engine().alone(false));
    }
}
