package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P1, P2, P4: the life of a pair without surprises, and what becomes of writes when the peer is lost. */
class PairTest {
    /** Several periods of the rotation of a {@link MemoryNode}. */
    private static final Duration SEVERAL_ROTATIONS = Duration.ofSeconds(1);

    private Mirror mirror;
    private MemoryNode a;
    private MemoryNode b;

    @BeforeEach
    void twoNodes() throws IOException {
        mirror = new Mirror(1, Mirror.SETTINGS);
        a = mirror.a();
        b = mirror.b();
    }

    @AfterEach
    void end() {
        mirror.close();
    }

    @Test
    void givenAFirstNodeWithData_whenTheSecondJoins_thenItIsCopiedInFullAndBothHaveOneGeneration() throws Exception {
        MemoryNode.await(a.engine().alone(false));
        Application app = new Application(a);
        long directory = app.directory(StableId.ROOT, "d");
        long file = app.file(directory, "f");
        app.write(file, 300_000, "hello");
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        assertEquals(a.engine().identity().generation(), b.engine().identity().generation());
        assertTrue(b.engine().identity().upToDate() && b.engine().identity().inPair());
        assertFalse(b.engine().identity().lastPrimary());
        assertTrue(a.engine().identity().lastPrimary());
    }

    @Test
    void givenAPair_whenTheApplicationWrites_thenTheSecondaryHasItWhenItIsAcknowledged() throws Exception {
        Application app = pair();
        long file = app.file(StableId.ROOT, "f");
        app.write(file, 0, "one");
        expect(app.chmod(0, file, 0600));
        expect(app.flush(0, file));
        expect(app.rename(0, StableId.ROOT, "f", StableId.ROOT, "g", file, 0));
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenAPair_whenTheLinkBreaks_thenWritesWaitUntilTheNodeIsAlone() throws Exception {
        Application app = pair();
        long file = app.file(StableId.ROOT, "f");
        mirror.link().right().pause(true);
        CompletableFuture<Integer> write = app.write(0, file, 0, new byte[] {1}, false);
        mirror.cut();
        a.awaitTold(text -> text.startsWith("lost"));
        CompletableFuture<Integer> later = app.write(0, file, 1, new byte[] {2}, false);
        assertFalse(write.isDone() || later.isDone());
        long before = a.engine().identity().generation();
        MemoryNode.await(a.engine().alone(false));
        expect(write);
        expect(later);
        assertTrue(a.engine().identity().history().contains(before));
        assertTrue(a.engine().identity().generation() != before);
    }

    @Test
    void givenAnAbsence_whenTheSecondaryReturns_thenOnlyWhatChangedIsCopied() throws Exception {
        Application app = pair();
        long untouched = app.file(StableId.ROOT, "untouched");
        expect(app.write(0, untouched, 0, new byte[1_000_000], false));
        long changed = app.file(StableId.ROOT, "changed");
        expect(app.write(0, changed, 0, new byte[1_000_000], false));
        mirror.part(a, b);
        app.write(changed, 500_000, "changed");
        expect(app.rename(0, StableId.ROOT, "untouched", StableId.ROOT, "renamed", untouched, 0));
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        ReintegrationSummary summary = a.summaries().getLast();
        assertTrue(summary.bytesCopied() <= 2 * 128 * 1024, summary.toString());
        assertEquals("ended DELTA", a.awaitTold(text -> text.startsWith("ended")));
    }

    @Test
    void givenACopyAboutToEnd_whenTheTargetGivesUpBeingUpToDate_thenItsEndDoesNotMakeItUpToDate() throws Exception {
        MemoryNode.await(a.engine().alone(false));
        new Application(a).file(StableId.ROOT, "f");
        a.faults()
                .meanwhile(
                        "state.store-pairing",
                        0,
                        () -> MemoryNode.await(b.engine().outdated()));
        mirror.beginJoin(a, b, false);
        a.awaitTold(text -> text.startsWith("lost"));
        b.awaitTold(text -> text.startsWith("failed-reintegration"));
        MemoryNode.await(b.engine().waiting());
        assertFalse(b.engine().identity().upToDate());
        MemoryNode.await(a.engine().alone(false));
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenAPair_whenThePrimaryHandsOver_thenTheSecondaryTakesOverAndTheFormerPrimaryJoinsWithoutACopy()
            throws Exception {
        Application app = pair();
        long file = app.file(StableId.ROOT, "f");
        app.write(file, 0, "one");
        MemoryNode.await(a.engine().handOver());
        b.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(b.engine().alone(false));
        assertEquals(30, app.write(0, file, 0, new byte[] {1}, false).join());
        new Application(b).write(file, 3, "two");
        mirror.join(b, a);
        assertEquals(a.image(), b.image());
        assertEquals(0, b.engine().statistics().pendingOperations());
    }

    @Test
    void givenAHandOverThatTakesLong_whenTheActivityLogIsDueForRotation_thenTheGateStaysClosed() throws Exception {
        Application app = pair();
        long file = app.file(StableId.ROOT, "f");
        List<Integer> errors = new ArrayList<>();
        app.write(file, 0, "marked");
        a.faults().meanwhile("tree.sync", 0, () -> {
            MemoryNode.await("the gate to close", () -> write(app, file) == FileSystemFailure.EROFS);
            long deadline = System.nanoTime() + SEVERAL_ROTATIONS.toNanos();
            while (System.nanoTime() < deadline) {
                errors.add(write(app, file));
            }
        });
        MemoryNode.await(a.engine().handOver());
        assertFalse(errors.isEmpty());
        assertEquals(Set.of(FileSystemFailure.EROFS), Set.copyOf(errors));
    }

    private static int write(Application app, long file) {
        return app.write(0, file, 0, new byte[] {1}, false).join();
    }

    @Test
    void givenASecondaryThatCannotApply_whenItSaysSo_thenThePrimaryLosesItAndTheApplicationGetsNoError()
            throws Exception {
        Application app = pair();
        long file = app.file(StableId.ROOT, "f");
        b.faults().fail("tree.apply-Write", 0, 28);
        CompletableFuture<Integer> write = app.write(0, file, 0, new byte[] {1}, false);
        a.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(a.engine().alone(false));
        expect(write);
    }

    @Test
    void givenAnOpenFileWithoutAName_whenItIsWritten_thenThePairGoesOn() throws Exception {
        Application app = pair();
        long file = app.file(StableId.ROOT, "f");
        a.tree(0).hold(file);
        expect(app.remove(0, StableId.ROOT, "f", file, false));
        expect(app.write(0, file, 0, new byte[] {1}, false));
        expect(app.flush(0, file));
        app.file(StableId.ROOT, "g");
        assertEquals(a.image(), b.image());
    }

    private Application pair() throws InterruptedException {
        MemoryNode.await(a.engine().alone(false));
        mirror.join(a, b);
        return new Application(a);
    }
}
