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
import org.junit.jupiter.api.Test;

class DatagramPortTest {
    /** From a loopback address nothing outside this host can be reached: the operating system refuses to send. */
    private static final InetSocketAddress UNREACHABLE = new InetSocketAddress("192.0.2.1", 8888);

    private final Housekeeping housekeeping = new Housekeeping("test");

    @Test
    void givenManyFailedSends_whenTheNetworkIsBack_thenSendingWorks() throws Exception {
        InetSocketAddress there = FreePorts.udp("127.0.0.1");
        BlockingQueue<Integer> received = new ArrayBlockingQueue<>(10);
        AtomicInteger failures = new AtomicInteger();
        try (DatagramPort receiver = port(there, received, failures);
                DatagramPort sender = port(FreePorts.udp("127.0.0.2"), received, failures)) {
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
        try (DatagramPort receiver = new DatagramPort(there, housekeeping, new DatagramPort.Events() {
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

    private DatagramPort port(InetSocketAddress local, BlockingQueue<Integer> received, AtomicInteger failures)
            throws Exception {
        return new DatagramPort(local, housekeeping, new DatagramPort.Events() {
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
