package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.app.Journal;
import dev.lockstep.it.app.JournalClient;
import dev.lockstep.it.files.Trees;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.KitFailure;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Promise P9: what comes from the network without proof of its origin changes nothing, whatever it is. */
class BadInputIT {
    private static final int HEARTBEAT_PORT = 8888;
    private static final int REPLICATION_PORT = 5600;
    private static final int CONTROL_PORT = 9010;
    private static final int DATAGRAMS = 2000;
    private static final int CONNECTIONS = 40;

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(mirror -> mirror);

    private static List<InetSocketAddress> everyDoor(int port) {
        List<InetSocketAddress> doors = new ArrayList<>();
        for (Node node : PAIR.cluster().nodes()) {
            for (String network : List.of("office", "cross")) {
                doors.add(new InetSocketAddress(node.host().address(network), port));
            }
        }
        return doors;
    }

    @Test
    void garbageOnEveryPortChangesNothing() throws IOException {
        Cluster cluster = PAIR.cluster();
        Random dice = new Random(9);
        LogReader oneSays = LogReader.of(cluster.node1());
        LogReader twoSays = LogReader.of(cluster.node2());
        try (JournalClient client = JournalClient.start(cluster.client(), cluster.journals())) {
            Patience.until("load", Cluster.SOON, () -> client.count() > 50);
            cluster.client().inside().call(() -> {
                datagrams(dice);
                return null;
            });
            List<Socket> open = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                cluster.client().inside().call(() -> open.add(stream(dice)));
            }
            int before = client.count();
            Patience.until("load to go on", Cluster.SOON, () -> client.count() > before + 200);
            client.pause(true);
            Patience.until("the client to rest", Cluster.SOON, client::resting);
            BitSet missing =
                    client.missing(() -> Journal.numbers(cluster.node1().path(PAIR.directory() + "/journal")));
            assertTrue(missing.isEmpty(), () -> "acknowledged and lost: " + missing);
            for (Socket socket : open) {
                socket.close();
            }
        }
        assertTrue(
                cluster.node1().view().is("PRIM Ready"),
                () -> cluster.node1().view().toString());
        assertTrue(
                cluster.node2().view().is("SECOND Ready"),
                () -> cluster.node2().view().toString());
        oneSays.expectNone("Local state");
        twoSays.expectNone("Local state");
        assertEquals(List.of(), Trees.differencesWithFilesOpen(cluster, PAIR.directory()));
    }

    private static void datagrams(Random dice) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            List<InetSocketAddress> doors = everyDoor(HEARTBEAT_PORT);
            for (int i = 0; i < DATAGRAMS; i++) {
                byte[] garbage = new byte[dice.nextInt(1400)];
                dice.nextBytes(garbage);
                channel.send(ByteBuffer.wrap(garbage), doors.get(i % doors.size()));
            }
        }
    }

    /** A connection that says half a message and stays open; null where nobody listens. */
    private static Socket stream(Random dice) throws IOException {
        List<InetSocketAddress> doors = everyDoor(REPLICATION_PORT);
        Socket socket = new Socket();
        try {
            socket.connect(doors.get(dice.nextInt(doors.size())), 1000);
            byte[] garbage = new byte[1 + dice.nextInt(5000)];
            dice.nextBytes(garbage);
            socket.getOutputStream().write(garbage);
        } catch (IOException notListening) {
            return socket;
        }
        return socket;
    }

    @Test
    void theControlPortIsNotOpenToTheNetwork() {
        for (InetSocketAddress door : everyDoor(CONTROL_PORT)) {
            assertThrows(
                    KitFailure.class,
                    () -> PAIR.cluster().client().inside().call(() -> {
                        try (Socket socket = new Socket()) {
                            socket.connect(door, 1000);
                            return socket.isConnected();
                        }
                    }));
        }
    }
}
