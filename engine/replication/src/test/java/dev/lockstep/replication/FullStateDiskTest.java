package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** P1: what cannot be noted as owed is owed as a whole, and if that cannot be recorded it is not done; the operator is told why. */
class FullStateDiskTest {
    private static final String NOTICE = "of what this node owes the other cannot be written: ";

    private record Alone(Application app, long first) {}

    private static Alone alone(Mirror mirror) throws Exception {
        MemoryNode node = mirror.a();
        MemoryNode.await(node.engine().alone(false));
        Application app = new Application(node);
        long first = app.file(StableId.ROOT, "first");
        mirror.join(node, mirror.b());
        mirror.part(node, mirror.b());
        return new Alone(app, first);
    }

    @Test
    void givenALonePrimary_whenItsLogCannotBeWritten_thenItGoesOnAndTheNextSynchronizationComparesEverything()
            throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.SETTINGS)) {
            MemoryNode node = mirror.a();
            Alone alone = alone(mirror);
            Application app = alone.app();
            assertTrue(node.engine().identity().base() != 0, "marks are kept");
            long second = app.file(StableId.ROOT, "second");

            node.faults().fail("state.write-log", 0, FileSystemFailure.ENOSPC);
            expect(app.write(0, alone.first(), 0, new byte[] {1}, false));
            expect(app.write(0, second, 0, new byte[] {2}, false));

            node.awaitTold(text -> text.contains(NOTICE));
            node.awaitTold(text -> text.contains("the next reintegration compares everything"));
            assertEquals(0, node.engine().identity().base(), "everything counts as changed, durably");
            mirror.join(node, mirror.b());
            mirror.expectEqual(node);
        }
    }

    @Test
    void givenALonePrimary_whenNothingCanBeRecordedAnyMore_thenTheWriteFailsAndTheReasonIsTold() throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.SETTINGS)) {
            MemoryNode node = mirror.a();
            Alone alone = alone(mirror);
            Application app = alone.app();
            long file = app.file(StableId.ROOT, "second");

            node.faults().fail("state.write-log", 0, FileSystemFailure.EIO);
            node.faults().fail("state.store-untracked", 0, FileSystemFailure.EIO);
            assertEquals(
                    FileSystemFailure.EIO,
                    app.write(0, alone.first(), 0, new byte[] {1}, false).get(30, TimeUnit.SECONDS));
            node.awaitTold(text -> text.contains("Writes of applications fail with EIO"));
            expect(app.write(0, alone.first(), 0, new byte[] {3}, false));
            expect(app.write(0, file, 0, new byte[] {2}, false));
        }
    }

    @Test
    void givenNoRoomForALog_whenANodeJoins_thenTheyAreAPairAllTheSame() throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.SETTINGS)) {
            MemoryNode node = mirror.a();
            MemoryNode.await(node.engine().alone(false));
            new Application(node).file(StableId.ROOT, "first");
            node.faults().fail("state.create-log", 0, FileSystemFailure.ENOSPC);
            mirror.b().faults().fail("state.create-log", 0, FileSystemFailure.ENOSPC);
            mirror.join(node, mirror.b());
            assertTrue(node.engine().identity().inPair());
            node.awaitTold(text -> text.contains("the next reintegration compares everything"));
            mirror.part(node, mirror.b());
            mirror.join(node, mirror.b());
            mirror.expectEqual(node);
        }
    }
}
