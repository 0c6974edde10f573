package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P1: changes the peer may not have are found out and made up for, also when nothing of the link is wrong. */
class UnsentChangesTest {
    /** Several periods of the rotation of a {@link MemoryNode}. */
    private static final Duration SEVERAL_ROTATIONS = Duration.ofSeconds(1);

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
        assertTrue(reason.contains("cannot put its copy on disk"), reason);
    }

    @Test
    void givenAPrimaryWhoseDiskLosesData_whenTheActivityLogIsToBeShortened_thenItsMarksStay() throws Exception {
        a.faults().fail("tree.sync", 0, FileSystemFailure.EIO);
        app.write(file, 0, "not on the disk of the primary");
        a.awaitTold(text -> text.contains("activity log"));
        long later = System.nanoTime() + SEVERAL_ROTATIONS.toNanos();
        MemoryNode.await("several rotations to be due", () -> System.nanoTime() > later);
        assertTrue(a.engine().statistics().dirtyObjects() > 0);
    }

    private void expectThePeerToBeGivenUpAndEqualWhenItReturns() throws InterruptedException {
        a.awaitTold(text -> text.startsWith("lost"));
        b.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(b.engine().outdated());
        MemoryNode.await(b.engine().waiting());
        MemoryNode.await(a.engine().alone(false));
        expect(app.flush(0, file));
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
    }
}
