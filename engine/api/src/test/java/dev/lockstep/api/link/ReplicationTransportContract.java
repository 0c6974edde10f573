package dev.lockstep.api.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.ReplicationTransport.Identity;
import dev.lockstep.api.link.ReplicationTransport.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link ReplicationTransport} does, on loopback addresses with real sockets. A plugin extends this class in
 * its own tests.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ReplicationTransportContract {
    private static final Identity AT_A = new Identity("AM", "a", "b");
    private static final Identity AT_B = new Identity("AM", "b", "a");
    private static final InetSocketAddress FROM = new InetSocketAddress("127.0.0.2", 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int SECONDS = 20;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final InetSocketAddress port = FreePorts.tcp("127.0.0.1");

    /** The transport under test; called once per node. */
    protected abstract ReplicationTransport transport();

    private static ClusterKey key(int seed) {
        byte[] secret = new byte[ClusterKey.LENGTH];
        new Random(seed).nextBytes(secret);
        return new ClusterKey(secret);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
    }

    /** Node b listens, node a has connected. */
    private final class Pair {
        final RecordingLinkHandler handlerA;
        final RecordingLinkHandler handlerB;
        final BlockingQueue<ReplicationLink> accepted = new LinkedBlockingQueue<>();
        final Listener listener;
        final ReplicationLink linkA;
        final ReplicationLink linkB;

        Pair() throws Exception {
            this(new RecordingLinkHandler(), new RecordingLinkHandler());
        }

        Pair(RecordingLinkHandler handlerA, RecordingLinkHandler handlerB) throws Exception {
            this.handlerA = handlerA;
            this.handlerB = handlerB;
            listener = transport().listen(AT_B, port, key(1), link -> {
                accepted.add(link);
                return handlerB;
            });
            opened.add(listener);
            linkA = connect(AT_A, key(1), handlerA);
            linkB = accepted.poll(SECONDS, TimeUnit.SECONDS);
            assertNotNull(linkB, "the listener accepted the link that connect returned");
            opened.add(() -> linkB.close("end of the test"));
        }
    }

    private ReplicationLink connect(Identity identity, ClusterKey key, LinkHandler handler) throws IOException {
        ReplicationLink link = transport().connect(identity, FROM, port, key, TIMEOUT, handler);
        opened.add(() -> link.close("end of the test"));
        return link;
    }

    private static void send(ReplicationLink link, byte[] content) {
        link.send(link.allocate(content.length).put(content).flip());
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        CountDownLatch never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "waited in vain: " + what);
            assertFalse(never.await(5, TimeUnit.MILLISECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 4096, 65_536, 262_120, 262_144, 1 << 20, ReplicationTransport.MAX_FRAME})
    void givenALink_whenEachSideSendsAFrameOfAnySize_thenTheOtherReceivesItWhole(int size) throws Exception {
        Pair pair = new Pair();
        send(pair.linkA, random(1, size));
        send(pair.linkB, random(2, size));
        assertArrayEquals(random(1, size), pair.handlerB.next(SECONDS));
        assertArrayEquals(random(2, size), pair.handlerA.next(SECONDS));
    }

    @Test
    void givenABufferFilledFromAnOffset_whenSent_thenOnlyPositionToLimitArrives() throws Exception {
        Pair pair = new Pair();
        ByteBuffer frame = pair.linkA.allocate(100);
        for (int i = 0; i < 100; i++) {
            frame.put((byte) i);
        }
        pair.linkA.send(frame.position(10).limit(20));
        assertArrayEquals(new byte[] {10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, pair.handlerB.next(SECONDS));
    }

    @Test
    void givenABuffer_whenAllocated_thenItIsDirectAndHasTheSizeAskedFor() throws Exception {
        Pair pair = new Pair();
        ByteBuffer frame = pair.linkA.allocate(5000);
        assertTrue(frame.isDirect());
        assertEquals(0, frame.position());
        assertEquals(5000, frame.limit());
        pair.linkA.discard(frame);
        assertThrows(IllegalArgumentException.class, () -> pair.linkA.discard(frame), "given back twice");
        assertThrows(IllegalArgumentException.class, () -> pair.linkA.send(frame), "sent after it was given back");
        assertThrows(
                IllegalArgumentException.class,
                () -> pair.linkA.allocate(ReplicationTransport.MAX_FRAME + 1),
                "too large");
    }

    @Test
    void givenSeveralSendingThreads_whenTheySendFramesOfManySizes_thenEachThreadsFramesArriveInItsOrder()
            throws Exception {
        int threads = 4;
        int frames = 400;
        long seed = Long.getLong("seed", 1);
        Pair pair = new Pair();
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            byte thread = (byte) t;
            senders.add(Thread.ofPlatform().start(() -> {
                Random random = new Random(seed + thread);
                for (int i = 0; i < frames; i++) {
                    int size = 5 + random.nextInt(random.nextInt(20) == 0 ? 400_000 : 6000);
                    ByteBuffer frame = pair.linkA.allocate(size);
                    pair.linkA.send(frame.put(thread).putInt(i).position(size).flip());
                }
            }));
        }
        int[] next = new int[threads];
        for (int n = 0; n < threads * frames; n++) {
            byte[] frame = pair.handlerB.next(SECONDS);
            assertNotNull(frame, "frame " + n + " did not arrive, seed " + seed);
            ByteBuffer content = ByteBuffer.wrap(frame);
            int thread = content.get();
            assertEquals(next[thread]++, content.getInt(), "order of thread " + thread + ", seed " + seed);
        }
        for (Thread sender : senders) {
            sender.join();
        }
    }

    @Test
    void givenAHandlerThatAnswersOnTheTransportsThread_whenRequestsArrive_thenAnswersReturnInOrder() throws Exception {
        RecordingLinkHandler echo = new RecordingLinkHandler((link, frame) -> {
            ByteBuffer answer = link.allocate(4);
            link.send(answer.putInt(frame.getInt()).flip());
        });
        Pair pair = new Pair(new RecordingLinkHandler(), echo);
        for (int i = 0; i < 1000; i++) {
            send(pair.linkA, ByteBuffer.allocate(4096).putInt(i).array());
        }
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, ByteBuffer.wrap(pair.handlerA.next(SECONDS)).getInt());
        }
    }

    @Test
    void givenAPeerThatDoesNotRead_whenFramesAreSent_thenSendDoesNotWaitAndTheQueueShowsAndDrains() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        RecordingLinkHandler stuck = new RecordingLinkHandler((link, frame) -> {
            try {
                assertTrue(reading.await(SECONDS, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Pair pair = new Pair(new RecordingLinkHandler(), stuck);
        int frames = 40;
        for (int i = 0; i < frames; i++) {
            send(pair.linkA, random(i, 1 << 20));
        }
        assertTrue(pair.linkA.queuedBytes() > 1 << 20, "queued " + pair.linkA.queuedBytes());
        reading.countDown();
        for (int i = 0; i < frames; i++) {
            assertArrayEquals(random(i, 1 << 20), pair.handlerB.next(SECONDS));
        }
        await("the queue is empty", () -> pair.linkA.queuedBytes() == 0);
    }

    @Test
    void givenAnIdleLink_whenTimePasses_thenItStaysOpenAndSilenceStaysShort() throws Exception {
        Pair pair = new Pair();
        // A sign of life must come although nobody sends: silence grows and falls again, twice on each side.
        for (ReplicationLink link : List.of(pair.linkA, pair.linkB, pair.linkA, pair.linkB)) {
            await("silence of " + link, () -> link.silentNanos() > TimeUnit.MILLISECONDS.toNanos(200));
            await("sign of life on " + link, () -> link.silentNanos() < TimeUnit.MILLISECONDS.toNanos(100));
            assertTrue(link.isOpen());
        }
        assertEquals(0, pair.handlerA.waiting() + pair.handlerB.waiting(), "signs of life are not frames");
    }

    @Test
    void givenALink_whenOneSideCloses_thenBothHandlersAreToldOnceAndLateFramesAreDropped() throws Exception {
        Pair pair = new Pair();
        pair.linkA.close("the test says so");
        assertEquals("the test says so", pair.handlerA.closed().get(SECONDS, TimeUnit.SECONDS));
        assertNotNull(pair.handlerB.closed().get(SECONDS, TimeUnit.SECONDS));
        assertFalse(pair.linkA.isOpen());
        assertFalse(pair.linkB.isOpen());
        send(pair.linkA, random(1, 100));
        pair.linkA.close("again");
        assertNull(pair.handlerB.next(0));
        assertEquals(1, pair.handlerA.closings());
        assertEquals(1, pair.handlerB.closings());
    }

    @Test
    void givenAHandlerThatThrows_whenAFrameArrives_thenOnlyThisLinkEnds() throws Exception {
        RecordingLinkHandler broken = new RecordingLinkHandler((link, frame) -> {
            throw new IllegalStateException("thrown by the test's handler");
        });
        Pair pair = new Pair(new RecordingLinkHandler(), broken);
        send(pair.linkA, random(1, 10));
        assertTrue(pair.handlerB.closed().get(SECONDS, TimeUnit.SECONDS).contains("thrown by the test's handler"));
        ReplicationLink next = connect(AT_A, key(1), new RecordingLinkHandler());
        assertTrue(next.isOpen());
    }

    @Test
    void givenALink_whenTheListenerIsClosed_thenTheLinkStaysAndThePortIsFree() throws Exception {
        Pair pair = new Pair();
        pair.listener.close();
        send(pair.linkA, random(3, 50));
        assertArrayEquals(random(3, 50), pair.handlerB.next(SECONDS));
        assertThrows(IOException.class, () -> connect(AT_A, key(1), new RecordingLinkHandler()));
        opened.add(transport().listen(AT_B, port, key(1), link -> new RecordingLinkHandler()));
    }

    @Test
    void givenAClosedLink_whenConnectingAgain_thenANewLinkOpens() throws Exception {
        Pair pair = new Pair();
        for (int i = 0; i < 5; i++) {
            RecordingLinkHandler handler = new RecordingLinkHandler();
            ReplicationLink link = connect(AT_A, key(1), handler);
            send(link, random(i, 10));
            assertArrayEquals(random(i, 10), pair.handlerB.next(SECONDS));
            link.close("next round");
            handler.closed().get(SECONDS, TimeUnit.SECONDS);
        }
        assertEquals(0, pair.listener.refusedConnections());
    }

    private Listener listenOnly() throws IOException {
        Listener listener = transport().listen(AT_B, port, key(1), link -> {
            throw new AssertionError("a link was accepted that must not be");
        });
        opened.add(listener);
        return listener;
    }

    @Test
    void givenAnotherClusterKey_whenConnecting_thenItIsRefusedOnBothSides() throws Exception {
        Listener listener = listenOnly();
        IOException refusal = assertThrows(IOException.class, () -> connect(AT_A, key(2), new RecordingLinkHandler()));
        assertTrue(refusal.getMessage().contains("127.0.0.1:" + port.getPort()), refusal.getMessage());
        await("counted", () -> listener.refusedConnections() == 1);
    }

    @Test
    void givenAnotherModuleOrNode_whenConnecting_thenItIsRefused() throws Exception {
        Listener listener = listenOnly();
        List<Identity> strangers = List.of(
                new Identity("AN", "a", "b"),
                new Identity("AM", "c", "b"),
                new Identity("AM", "a", "c"),
                AT_B,
                new Identity("AMa", "", "b"));
        for (Identity stranger : strangers) {
            assertThrows(
                    IOException.class,
                    () -> connect(stranger, key(1), new RecordingLinkHandler()),
                    stranger.toString());
        }
        await("counted", () -> listener.refusedConnections() == strangers.size());
    }

    @Test
    void givenNobodyListens_whenConnecting_thenItFailsWithAddressAndReason() {
        IOException failure = assertThrows(IOException.class, () -> connect(AT_A, key(1), new RecordingLinkHandler()));
        assertTrue(failure.getMessage().contains("127.0.0.1:" + port.getPort()), failure.getMessage());
    }

    @Test
    void givenAPeerThatAcceptsAndSaysNothing_whenConnecting_thenItFailsAfterTheTimeout() throws Exception {
        try (ServerSocket mute = new ServerSocket(port.getPort(), 5, port.getAddress())) {
            long start = System.nanoTime();
            assertThrows(
                    IOException.class,
                    () -> transport()
                            .connect(AT_A, FROM, port, key(1), Duration.ofMillis(300), new RecordingLinkHandler()));
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis >= 300 && millis < 20_000, millis + " ms");
            assertTrue(mute.isBound());
        }
    }

    @Test
    void givenAPeerThatAnswersGarbage_whenConnecting_thenItFails() throws Exception {
        try (ServerSocket liar = new ServerSocket(port.getPort(), 5, port.getAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = liar.accept()) {
                    socket.getOutputStream().write(random(7, 10_000));
                    assertTrue(socket.getInputStream().read() >= 0);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThrows(IOException.class, () -> connect(AT_A, key(1), new RecordingLinkHandler()));
        }
    }

    @Test
    void givenAnAddressNotOfThisHost_whenListening_thenTheErrorNamesAddressAndPort() {
        InetSocketAddress foreign = new InetSocketAddress("192.0.2.1", 5600);
        IOException failure = assertThrows(
                IOException.class, () -> transport().listen(AT_B, foreign, key(1), link -> new RecordingLinkHandler()));
        assertTrue(failure.getMessage().contains("192.0.2.1:5600"), failure.getMessage());
    }

    @Test
    void givenAPortInUse_whenListening_thenTheErrorNamesAddressAndPort() throws Exception {
        listenOnly();
        IOException failure = assertThrows(
                IOException.class, () -> transport().listen(AT_B, port, key(1), link -> new RecordingLinkHandler()));
        assertTrue(failure.getMessage().contains("127.0.0.1:" + port.getPort()), failure.getMessage());
    }

    @Test
    void givenGarbageOnThePort_whenTheListenerReads_thenItIsRefusedAndThePeerStillGetsIn() throws Exception {
        Pair pair = new Pair();
        List<byte[]> garbage = List.of(
                random(1, 1000),
                new byte[5000],
                "GET / HTTP/1.0\r\n\r\n".repeat(20).getBytes(StandardCharsets.US_ASCII),
                ByteBuffer.allocate(200).putInt(Integer.MAX_VALUE).array());
        for (byte[] bytes : garbage) {
            try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
                socket.getOutputStream().write(bytes);
                assertClosedByPeer(socket);
            }
        }
        await("counted", () -> pair.listener.refusedConnections() == garbage.size());
        send(pair.linkA, random(4, 40));
        assertArrayEquals(random(4, 40), pair.handlerB.next(SECONDS));
        assertTrue(connect(AT_A, key(1), new RecordingLinkHandler()).isOpen());
    }

    @Test
    void givenHalfAMessageThenTheEnd_whenTheListenerReads_thenItIsRefused() throws Exception {
        Listener listener = listenOnly();
        for (int length : new int[] {0, 1, 7, 50}) {
            try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
                socket.getOutputStream().write(new byte[length]);
            }
        }
        await("counted", () -> listener.refusedConnections() == 4);
    }

    @Test
    void givenHalfAMessageThenSilence_whenTheDeadlinePasses_thenTheConnectionIsClosed() throws Exception {
        Listener listener = listenOnly();
        try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
            socket.getOutputStream().write(new byte[10]);
            assertClosedByPeer(socket);
        }
        await("counted", () -> listener.refusedConnections() == 1);
    }

    @Test
    void givenManyConnectionsThatSayNothing_whenThePeerConnects_thenItGetsInAtOnce() throws Exception {
        Pair pair = new Pair();
        List<Socket> mute = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                mute.add(new Socket(port.getAddress(), port.getPort()));
            }
            await("most are driven out", () -> pair.listener.refusedConnections() >= 200);
            ReplicationLink link = connect(AT_A, key(1), new RecordingLinkHandler());
            assertTrue(link.isOpen() && pair.linkA.isOpen());
        } finally {
            for (Socket socket : mute) {
                socket.close();
            }
        }
    }

    @Test
    void givenTheRecordedBytesOfALink_whenReplayed_thenNoLinkOpens() throws Exception {
        Pair pair = new Pair();
        InetSocketAddress tapped = port;
        byte[] recorded = recordOneLink(tapped);
        pair.accepted.clear();
        long refused = pair.listener.refusedConnections();
        try (Socket socket = new Socket(port.getAddress(), port.getPort())) {
            socket.getOutputStream().write(recorded);
            // A recorded first message is authentic and gets an answer; the second one cannot be, so nothing more
            // follows.
            assertTrue(drain(socket) < 200);
        }
        await("counted", () -> pair.listener.refusedConnections() == refused + 1);
        assertNull(pair.accepted.poll(), "a link opened from a recording");
    }

    /** What node a says to node b from its first byte on, taken by a proxy between them. */
    private byte[] recordOneLink(InetSocketAddress target) throws Exception {
        try (TappedConnection tap = new TappedConnection(target, (index, bytes) -> bytes)) {
            RecordingLinkHandler handler = new RecordingLinkHandler();
            ReplicationLink link = transport().connect(AT_A, FROM, tap.address(), key(1), TIMEOUT, handler);
            send(link, random(9, 5000));
            await("recorded", () -> tap.recorded().length > 5000);
            link.close("recorded");
            handler.closed().get(SECONDS, TimeUnit.SECONDS);
            return tap.recorded();
        }
    }

    @Test
    void givenAFrameAlteredOnTheWay_whenItArrives_thenNothingOfItIsDeliveredAndTheLinkEnds() throws Exception {
        Pair pair = new Pair();
        try (TappedConnection tap = new TappedConnection(port, (index, bytes) -> {
            byte[] altered = bytes.clone();
            if (index > 3000) {
                altered[bytes.length / 2] ^= 1;
            }
            return altered;
        })) {
            RecordingLinkHandler handler = new RecordingLinkHandler();
            ReplicationLink link = transport().connect(AT_A, FROM, tap.address(), key(1), TIMEOUT, handler);
            send(link, random(5, 3100));
            assertArrayEquals(random(5, 3100), pair.handlerB.next(SECONDS), "the first frame goes through unaltered");
            send(link, random(6, 3100));
            handler.closed().get(SECONDS, TimeUnit.SECONDS);
            assertEquals(0, pair.handlerB.waiting());
        }
    }

    private static void assertClosedByPeer(Socket socket) throws IOException {
        int answered = drain(socket);
        assertEquals(0, answered, "garbage was answered");
    }

    /** Reads until the peer closes; answers how many bytes came before. */
    private static int drain(Socket socket) throws IOException {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[1000];
        int total = 0;
        try {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                total += n;
            }
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e.getMessage());
        }
        return total;
    }
}
