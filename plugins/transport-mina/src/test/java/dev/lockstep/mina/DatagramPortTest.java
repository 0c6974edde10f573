package dev.lockstep.mina;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.lockstep.api.link.FreePorts;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatagramPortTest {
    /** From a loopback address nothing outside this host can be reached: the operating system refuses to send. */
    private static final InetSocketAddress UNREACHABLE = new InetSocketAddress("192.0.2.1", 8888);

    private final Housekeeping housekeeping = new Housekeeping("test");
    private final DatagramLoop loop = new DatagramLoop(housekeeping);
    private final DatagramLoop otherLoop = new DatagramLoop(housekeeping);

    @AfterEach
    void closeLoops() {
        loop.close();
        otherLoop.close();
    }

    @Test
    void givenManyFailedSends_whenTheNetworkIsBack_thenSendingWorks() throws Exception {
        InetSocketAddress there = FreePorts.udp("127.0.0.1");
        BlockingQueue<Integer> received = new ArrayBlockingQueue<>(10);
        AtomicInteger failures = new AtomicInteger();
        try (DatagramPort receiver = port(loop, there, received, failures);
                DatagramPort sender = port(otherLoop, FreePorts.udp("127.0.0.2"), received, failures)) {
            for (int i = 0; i < 500; i++) {
                sender.send(ByteBuffer.allocate(100), UNREACHABLE);
            }
            assertEquals(500, failures.get());
            sender.send(ByteBuffer.allocate(7), there);
            assertEquals(7, received.poll(10, TimeUnit.SECONDS));
            assertNotNull(receiver);
        }
    }

    @Test
    void givenAReceiverOfAnyDatagram_whenManyAddressesSend_thenEachComesWithItsSource() throws Exception {
        InetSocketAddress there = FreePorts.udp("127.0.0.1");
        BlockingQueue<SocketAddress> sources = new LinkedBlockingQueue<>();
        try (DatagramPort receiver = new DatagramPort(there, loop, new DatagramPort.Events() {
            @Override
            public void received(SocketAddress source, ByteBuffer datagram) {
                sources.add(source);
            }

            @Override
            public void sendFailed(Throwable cause) {
                throw new AssertionError(cause);
            }
        })) {
            assertNotNull(receiver);
            for (int i = 1; i <= 50; i++) {
                try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.1." + i))) {
                    socket.send(new DatagramPacket(new byte[10], 10, there));
                    await().until(() -> !sources.isEmpty());
                    assertEquals(socket.getLocalSocketAddress(), sources.remove());
                }
            }
        }
    }

    @Test
    void givenManyPortsAtOneAddress_thenTheyShareAThreadAndEachGetsItsOwn() throws Exception {
        BlockingQueue<Integer> first = new LinkedBlockingQueue<>();
        BlockingQueue<Integer> second = new LinkedBlockingQueue<>();
        AtomicInteger failures = new AtomicInteger();
        InetSocketAddress one = FreePorts.udp("127.0.0.1");
        InetSocketAddress two = FreePorts.udp("127.0.0.1");
        try (DatagramPort toOne = port(loop, one, first, failures)) {
            long threads = loopThreads();
            DatagramPort toTwo = port(loop, two, second, failures);
            toOne.send(ByteBuffer.allocate(2), two);
            toTwo.send(ByteBuffer.allocate(1), one);
            assertEquals(1, first.poll(10, TimeUnit.SECONDS));
            assertEquals(2, second.poll(10, TimeUnit.SECONDS));
            assertEquals(threads, loopThreads());

            // One is closed and opened again while the other goes on
            toTwo.close();
            toTwo = port(loop, two, second, failures);
            toTwo.send(ByteBuffer.allocate(3), one);
            toOne.send(ByteBuffer.allocate(4), two);
            assertEquals(3, first.poll(10, TimeUnit.SECONDS));
            assertEquals(4, second.poll(10, TimeUnit.SECONDS));
            toTwo.close();
        }
        assertEquals(0, failures.get());
    }

    private static long loopThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("NioDatagramAcceptor"))
                .count();
    }

    private DatagramPort port(
            DatagramLoop at, InetSocketAddress local, BlockingQueue<Integer> received, AtomicInteger failures)
            throws Exception {
        return new DatagramPort(local, at, new DatagramPort.Events() {
            @Override
            public void received(SocketAddress source, ByteBuffer datagram) {
                received.add(datagram.remaining());
            }

            @Override
            public void sendFailed(Throwable cause) {
                failures.incrementAndGet();
            }
        });
    }
}
