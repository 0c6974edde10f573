package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.StableId;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P3, P6: nodes that went on without each other, one of them or both, come together again. */
class LivesApartTest {
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

    @Test
    void givenAPrimaryThatWentOnAloneMoreOftenThanItRemembers_whenThePeerReturns_thenOnlyChangesTravel()
            throws Exception {
        long file = app.file(StableId.ROOT, "big");
        expect(app.write(0, file, 0, new byte[4_000_000], false));
        mirror.join(a, b);
        mirror.part(a, b);
        for (int i = 0; i < ReplicaIdentity.HISTORY_MAX + 8; i++) {
            MemoryNode.await(a.engine().waiting());
            MemoryNode.await(a.engine().alone(false));
        }
        expect(app.write(0, file, 2_000_000, new byte[] {1}, false));
        assertEquals(
                ReplicaIdentity.Relation.BEHIND,
                b.engine().identity().relationTo(a.engine().identity()));
        mirror.join(a, b);
        ReintegrationSummary summary = a.summaries().getLast();
        assertTrue(summary.bytesCompared() <= 64 * 1024, summary.toString());
    }

    @Test
    void givenTwoNodesThatBothWentOn_whenTheyMeet_thenTheLogSaysWhatIsDiscardedAndTheRestIsNotCopied()
            throws Exception {
        long file = app.file(StableId.ROOT, "big");
        expect(app.write(0, file, 0, new byte[4_000_000], false));
        mirror.join(a, b);
        mirror.part(a, b);
        MemoryNode.await(b.engine().alone(false));
        Application other = new Application(b);
        long lost = other.file(StableId.ROOT, "lost");
        other.write(lost, 0, "discarded");
        expect(other.write(0, file, 0, new byte[] {1}, false));
        MemoryNode.await(b.engine().waiting());
        MemoryNode.await(b.engine().outdated());
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        ReintegrationSummary summary = a.summaries().getLast();
        assertTrue(summary.bytesCompared() <= 64 * 1024, summary.toString());
        String said = b.awaitTold(text -> text.contains("is discarded: "));
        assertTrue(said.contains("in 2 files and directories"), said);
        assertTrue(said.contains("names in ") && said.contains(b.tree(0).describe(file)), said);
    }
}
