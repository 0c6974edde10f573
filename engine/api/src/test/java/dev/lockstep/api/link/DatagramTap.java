package dev.lockstep.api.link;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy between two heartbeats that records what a says to b and can say it again. */
final class DatagramTap implements AutoCloseable {
    private final DatagramSocket nearA;
    private final DatagramSocket nearB;
    private final InetSocketAddress addressB;
    private final List<byte[]> recorded = new CopyOnWriteArrayList<>();

    DatagramTap(InetSocketAddress addressA, InetSocketAddress addressB) throws IOException {
        this.addressB = addressB;
        nearA = new DatagramSocket(0, InetAddress.getByName("127.0.0.5"));
        nearB = new DatagramSocket(0, InetAddress.getByName("127.0.0.6"));
        Thread.ofVirtual().start(() -> pump(nearA, addressB, recorded));
        Thread.ofVirtual().start(() -> pump(nearB, addressA, new ArrayList<>()));
    }

    /** Where a must send so that b receives it. */
    InetSocketAddress towardsB() {
        return new InetSocketAddress(nearA.getLocalAddress(), nearA.getLocalPort());
    }

    /** Where b must send so that a receives it. */
    InetSocketAddress towardsA() {
        return new InetSocketAddress(nearB.getLocalAddress(), nearB.getLocalPort());
    }

    /** What a has said so far. */
    List<byte[]> recorded() {
        return List.copyOf(recorded);
    }

    /** Sends packets to b. */
    void replay(List<byte[]> packets) throws IOException {
        for (byte[] packet : packets) {
            nearB.send(new DatagramPacket(packet, packet.length, addressB));
        }
    }

    private static void pump(DatagramSocket from, InetSocketAddress to, List<byte[]> record) {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        while (!from.isClosed()) {
            try {
                packet.setLength(2000);
                from.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                record.add(bytes);
                from.send(new DatagramPacket(bytes, bytes.length, to));
            } catch (SocketException e) {
                if (!from.isClosed()) {
                    throw new IllegalStateException("the tap broke", e);
                }
            } catch (IOException e) {
                throw new IllegalStateException("the tap broke", e);
            }
        }
    }

    @Override
    public void close() {
        nearA.close();
        nearB.close();
    }
}
