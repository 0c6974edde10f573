package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** P1: what cannot be noted as owed is not done, and the operator is told why. */
class FullStateDiskTest {
    private static final String NOTICE = "of what this node owes the other cannot be written: ";

    @Test
    void givenALonePrimary_whenItsLogCannotBeWritten_thenTheWriteFailsAndTheReasonIsTold() throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.SETTINGS)) {
            MemoryNode node = mirror.a();
            MemoryNode.await(node.engine().alone(false));
            Application app = new Application(node);
            long first = app.file(StableId.ROOT, "first");
            long second = app.file(StableId.ROOT, "second");
            mirror.join(node, mirror.b());
            mirror.cut();
            node.awaitTold(text -> text.startsWith("lost"));
            MemoryNode.await(node.engine().alone(false));

            node.faults().fail("state.write-log", 0, FileSystemFailure.ENOSPC);
            int errno = app.write(0, first, 0, new byte[] {1}, false).get(30, TimeUnit.SECONDS);

            assertEquals(FileSystemFailure.EIO, errno);

            String told = node.awaitTold(text -> text.contains(NOTICE));
            assertEquals("Writes of applications fail with EIO while it lasts", told.substring(told.indexOf("Writes")));
            expect(app.write(0, second, 0, new byte[] {2}, false));
            expect(app.write(0, first, 0, new byte[] {3}, false));
        }
    }
}
