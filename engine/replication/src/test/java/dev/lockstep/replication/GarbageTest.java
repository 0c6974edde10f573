package dev.lockstep.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.link.LinkHandler;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryLink;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import dev.lockstep.replication.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P9: whatever a peer that speaks nonsense sends, the link is closed with a reason and the node goes on as before. */
class GarbageTest {
    private static final int ROUNDS = 300;

    private Mirror mirror;
    private MemoryNode a;
    private Application app;
    private List<String> before;

    @BeforeEach
    void aNodeAlone() throws IOException {
        mirror = new Mirror(1, Mirror.SETTINGS);
        a = mirror.a();
        MemoryNode.await(a.engine().alone(false));
        app = new Application(a);
        app.write(app.file(StableId.ROOT, "f"), 0, "content");
        before = a.image();
    }

    @AfterEach
    void end() {
        mirror.close();
    }

    /** The peer's end of a link, which only notices the end. */
    private static final class Mute implements LinkHandler {
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void received(ReplicationLink link, ByteBuffer frame) {
            assertTrue(frame.hasRemaining());
        }

        @Override
        public void closed(ReplicationLink link, String reason) {
            ended.countDown();
        }
    }

    @Test
    void givenAPrimary_whenTheJoiningPeerSendsRandomFrames_thenEachLinkIsClosedAndWritesGoOn() throws Exception {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            Mute mute = new Mute();
            MemoryLink.Pair link = MemoryLink.connect("garbage", a.engine().linkHandler(), mute);
            a.engine().serve(link.left());
            for (int f = 0; f < 3; f++) {
                send(link.right(), garbage(random));
            }
            send(link.right(), new byte[] {9});
            assertTrue(mute.ended.await(20, TimeUnit.SECONDS), "seed " + seed + " round " + i);
        }
        app.file(StableId.ROOT, "goes-on");
        assertFalse(a.told().stream().anyMatch(text -> text.startsWith("failed ")), "seed " + seed + a.told());
    }

    @Test
    void givenAJoiningNode_whenThePrimarySendsRandomFrames_thenTheLinkIsClosedAndNothingChanges() throws Exception {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        MemoryNode.await(a.engine().waiting());
        for (int i = 0; i < ROUNDS; i++) {
            a.forgetTold();
            Mute mute = new Mute();
            MemoryLink.Pair link =
                    MemoryLink.connect("garbage", mute, a.engine().linkHandler());
            a.engine().join(link.right(), false);
            byte[] frame = garbage(random);
            if (frame.length > 1 && frame[1] == Frame.PLAN) {
                frame[1] = Frame.MUTATION;
            }
            send(link.left(), frame);
            send(link.left(), new byte[] {9});
            assertTrue(mute.ended.await(20, TimeUnit.SECONDS), "seed " + seed + " round " + i);
            a.awaitTold(text -> text.startsWith("failed-reintegration"));
        }
        assertEquals(before, a.image(), "seed " + seed);
        assertTrue(a.engine().identity().usable());
    }

    private static byte[] garbage(Random random) {
        byte[] frame = new byte[1 + random.nextInt(60)];
        random.nextBytes(frame);
        frame[0] = random.nextInt(10) == 0 ? frame[0] : Frame.VERSION;
        if (frame.length > 1) {
            frame[1] = (byte) random.nextInt(56);
        }
        return frame;
    }

    private static void send(MemoryLink link, byte[] bytes) {
        ByteBuffer frame = link.allocate(bytes.length);
        link.send(frame.put(bytes).flip());
    }
}
