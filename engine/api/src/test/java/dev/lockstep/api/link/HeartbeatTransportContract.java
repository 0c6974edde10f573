package dev.lockstep.api.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.HeartbeatTransport.Endpoint;
import dev.lockstep.api.link.HeartbeatTransport.HeartbeatChannel;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
 * What every {@link HeartbeatTransport} does, on loopback addresses with real sockets. A plugin extends this class in its
 * own tests.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class HeartbeatTransportContract {
    private static final int SECONDS = 20;

    private final InetSocketAddress addressA = FreePorts.udp("127.0.0.2");
    private final InetSocketAddress addressB = FreePorts.udp("127.0.0.1");
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();

    /** The transport under test; called once per node. */
    protected abstract HeartbeatTransport transport();

    private static ClusterKey key(int seed) {
        byte[] secret = new byte[ClusterKey.LENGTH];
        new Random(seed).nextBytes(secret);
        return new ClusterKey(secret);
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
    }

    /** One end, with what it received. */
    private final class Node {
        final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        final HeartbeatChannel channel;

        Node(String module, String local, String peer, InetSocketAddress from, InetSocketAddress to, ClusterKey key)
                throws IOException {
            channel = transport().open(new Endpoint(module, local, peer, from, to), key, received::add);
            opened.add(channel);
        }

        Node(boolean isA) throws IOException {
            this("AM", isA ? "a" : "b", isA ? "b" : "a", isA ? addressA : addressB, isA ? addressB : addressA, key(1));
        }

        /**
         * Sends until the other has received it: heartbeats may be lost, above all the first. What was sent more than once may arrive
         * more than once, also later.
         */
        void reaches(Node other, byte[] payload) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            sent.add(payload);
            byte[] got = null;
            while (got == null || !Arrays.equals(payload, got)) {
                assertTrue(System.nanoTime() < deadline, "it did not arrive");
                if (got == null) {
                    channel.send(payload);
                }
                got = other.received.poll(50, TimeUnit.MILLISECONDS);
                byte[] arrived = got;
                assertTrue(
                        arrived == null || sent.stream().anyMatch(one -> Arrays.equals(one, arrived)),
                        "what arrived was never sent");
            }
        }
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
    @ValueSource(ints = {0, 1, 100, HeartbeatTransport.MAX_PAYLOAD})
    void givenTwoNodes_whenEachSends_thenTheOtherReceives(int size) throws Exception {
        Node a = new Node(true);
        Node b = new Node(false);
        a.reaches(b, random(1, size));
        b.reaches(a, random(2, size));
    }

    @Test
    void givenAnEstablishedHeartbeat_whenManyAreSent_thenEachArrivesAtMostOnce() throws Exception {
        Node a = new Node(true);
        Node b = new Node(false);
        a.reaches(b, new byte[1]);
        for (int i = 0; i < 200; i++) {
            a.channel.send(ByteBuffer.allocate(4).putInt(i).array());
        }
        boolean[] seen = new boolean[200];
        byte[] got = b.received.poll(SECONDS, TimeUnit.SECONDS);
        assertNotNull(got);
        while (got != null) {
            if (got.length == 4) {
                int number = ByteBuffer.wrap(got).getInt();
                assertFalse(seen[number], "twice: " + number);
                seen[number] = true;
                if (number == 199) {
                    break;
                }
            }
            got = b.received.poll(2, TimeUnit.SECONDS);
        }
        assertEquals(0, b.channel.refusedPackets());
    }

    @Test
    void givenAPayloadTooLarge_whenSent_thenItIsAnError() throws Exception {
        Node a = new Node(true);
        assertThrows(
                IllegalArgumentException.class, () -> a.channel.send(new byte[HeartbeatTransport.MAX_PAYLOAD + 1]));
    }

    @Test
    void givenNobodyThere_whenSending_thenItIsNotAnErrorAndTheLateComerIsReached() throws Exception {
        Node a = new Node(true);
        for (int i = 0; i < 100; i++) {
            a.channel.send(random(i, 100));
        }
        Node b = new Node(false);
        a.reaches(b, random(1, 10));
        b.reaches(a, random(2, 10));
    }

    @Test
    void givenANodeThatRestarts_whenItOpensAgain_thenBothDirectionsWorkAgain() throws Exception {
        Node a = new Node(true);
        for (int round = 0; round < 5; round++) {
            Node b = new Node(false);
            a.reaches(b, random(round, 10));
            b.reaches(a, random(-round, 10));
            b.channel.close();
            a.channel.send(random(round, 30));
        }
    }

    @Test
    void givenAChannel_whenClosed_thenNothingArrivesAnyMoreAndSendingIsHarmless() throws Exception {
        Node a = new Node(true);
        Node b = new Node(false);
        a.reaches(b, new byte[1]);
        b.channel.close();
        b.channel.close();
        b.received.clear();
        a.channel.send(new byte[2]);
        b.channel.send(new byte[3]);
        assertNull(b.received.poll());
        assertNull(a.received.poll());
    }

    @Test
    void givenAnotherKeyModuleOrNode_whenItSends_thenItIsRefusedAndCounted() throws Exception {
        Node b = new Node(false);
        List<Node> strangers = List.of(
                new Node("AM", "a", "b", FreePorts.udp("127.0.0.3"), addressB, key(2)),
                new Node("AN", "a", "b", FreePorts.udp("127.0.0.3"), addressB, key(1)),
                new Node("AM", "c", "b", FreePorts.udp("127.0.0.3"), addressB, key(1)),
                new Node("AM", "a", "c", FreePorts.udp("127.0.0.3"), addressB, key(1)),
                new Node("AM", "b", "a", FreePorts.udp("127.0.0.3"), addressB, key(1)));
        for (Node stranger : strangers) {
            long before = b.channel.refusedPackets();
            stranger.channel.send(new byte[10]);
            await("counted", () -> b.channel.refusedPackets() > before);
        }
        assertNull(b.received.poll());
    }

    @Test
    void givenGarbageOnThePort_whenItIsReceived_thenItIsCountedAndTheHeartbeatGoesOn() throws Exception {
        Node a = new Node(true);
        Node b = new Node(false);
        a.reaches(b, new byte[1]);
        long before = b.channel.refusedPackets();
        int[] sizes = {1, 3, 43, 44, 76, 77, 78, 500, 1277, 1278, 1500, 9000, 60_000};
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.4"))) {
            for (int size : sizes) {
                socket.send(new DatagramPacket(random(size, size), size, addressB));
            }
        }
        await("counted", () -> b.channel.refusedPackets() == before + sizes.length);
        a.reaches(b, random(3, 20));
    }

    @Test
    void givenRecordedPackets_whenReplayedWhileTheSessionLives_thenNoneCountsTwice() throws Exception {
        try (DatagramTap tap = new DatagramTap(addressA, addressB)) {
            Node a = new Node("AM", "a", "b", addressA, tap.towardsB(), key(1));
            Node b = new Node("AM", "b", "a", addressB, tap.towardsA(), key(1));
            a.reaches(b, random(1, 30));
            a.reaches(b, random(2, 30)); // behind every copy of the first
            List<byte[]> recorded = tap.recorded();
            b.received.clear();
            sent.clear();
            long before = b.channel.refusedPackets();
            tap.replay(recorded);
            await("refused", () -> b.channel.refusedPackets() > before);
            assertFalse(hasPayload(b, random(1, 30)), "a replay counted");
            b.received.clear();
            a.reaches(b, random(3, 30));
        }
    }

    @Test
    void givenRecordedPackets_whenReplayedAfterARestart_thenNoneCounts() throws Exception {
        try (DatagramTap tap = new DatagramTap(addressA, addressB)) {
            Node a = new Node("AM", "a", "b", addressA, tap.towardsB(), key(1));
            Node b = new Node("AM", "b", "a", addressB, tap.towardsA(), key(1));
            for (int i = 0; i < 20; i++) {
                a.reaches(b, random(1, 30));
            }
            List<byte[]> recorded = tap.recorded();
            a.channel.close();
            b.channel.close();
            sent.clear();
            Node restarted = new Node("AM", "b", "a", addressB, tap.towardsA(), key(1));
            tap.replay(recorded);
            await("refused", () -> restarted.channel.refusedPackets() > 10);
            assertNull(restarted.received.poll(), "a replay counted although node a is dead");

            Node back = new Node("AM", "a", "b", addressA, tap.towardsB(), key(1));
            tap.replay(recorded);
            back.reaches(restarted, random(3, 30));
            tap.replay(recorded);
            restarted.reaches(back, random(4, 30));
        }
    }

    private static boolean hasPayload(Node node, byte[] payload) {
        return node.received.stream().anyMatch(got -> java.util.Arrays.equals(got, payload));
    }

    @Test
    void givenAReceiverThatThrows_whenMoreArrives_thenItIsDelivered() throws Exception {
        BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
        opened.add(transport().open(new Endpoint("AM", "b", "a", addressB, addressA), key(1), payload -> {
            received.add(payload);
            throw new IllegalStateException("thrown by the test's receiver");
        }));
        Node a = new Node(true);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (received.size() < 3) {
            assertTrue(System.nanoTime() < deadline);
            a.channel.send(new byte[1]);
            assertNull(a.received.poll(10, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void givenAnAddressNotOfThisHost_whenOpened_thenTheErrorNamesAddressAndPort() {
        InetSocketAddress foreign = new InetSocketAddress("192.0.2.1", 8888);
        IOException failure = assertThrows(
                IOException.class,
                () -> transport().open(new Endpoint("AM", "b", "a", foreign, addressA), key(1), payload -> {}));
        assertTrue(failure.getMessage().contains("192.0.2.1:8888"), failure.getMessage());
    }

    @Test
    void givenAPortInUse_whenOpened_thenTheErrorNamesAddressAndPort() throws Exception {
        Node b = new Node(false);
        assertNotNull(b.channel);
        IOException failure = assertThrows(IOException.class, () -> new Node(false));
        assertTrue(failure.getMessage().contains("127.0.0.1:" + addressB.getPort()), failure.getMessage());
    }

    @Test
    void givenAPeerAddressThatCannotBeReached_whenSending_thenItIsNotAnError() throws Exception {
        Node lonely = new Node("AM", "a", "b", addressA, new InetSocketAddress("192.0.2.1", 8888), key(1));
        for (int i = 0; i < 20; i++) {
            lonely.channel.send(new byte[100]);
        }
        assertEquals(0, lonely.channel.refusedPackets());
    }
}
