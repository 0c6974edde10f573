package dev.lockstep.replication.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.replication.wire.FrameReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class LinkInboxTest {
    private static final int ROUNDS = 20_000;

    /** A link that is closed by whoever tells the inbox so. */
    private static final class Link implements ReplicationLink {
        private volatile boolean open = true;

        @Override
        public ByteBuffer allocate(int size) {
            return ByteBuffer.allocate(size);
        }

        @Override
        public void send(ByteBuffer frame) {}

        @Override
        public void discard(ByteBuffer frame) {}

        @Override
        public long queuedBytes() {
            return 0;
        }

        @Override
        public long silentNanos() {
            return 0;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close(String reason) {
            open = false;
        }
    }

    /** Notes how often it was told that its link is closed. */
    private static final class Ends implements Conversation {
        private final List<String> reasons = new CopyOnWriteArrayList<>();

        @Override
        public void received(FrameReader frame) {}

        @Override
        public void closed(String reason) {
            reasons.add(reason);
        }
    }

    @Test
    void givenALinkWithAnEarlyFrame_whenItClosesWhileItIsAttached_thenItsConversationIsToldExactlyOnce()
            throws Exception {
        LinkInbox inbox = new LinkInbox(trouble -> {});
        CyclicBarrier start = new CyclicBarrier(2);
        for (int i = 0; i < ROUNDS; i++) {
            Link link = new Link();
            Ends ends = new Ends();
            inbox.received(link, ByteBuffer.allocate(8));
            Thread network = Thread.ofPlatform().start(() -> {
                await(start);
                link.close("cut");
                inbox.closed(link, "cut");
            });
            await(start);
            inbox.attach(link, ends);
            network.join();
            assertEquals(1, ends.reasons.size(), "in round " + i + " it was told " + ends.reasons);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
