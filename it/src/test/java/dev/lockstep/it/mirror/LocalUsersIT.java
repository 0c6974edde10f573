package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Promise P8 toward users of the host, and what somebody put into the applied copy of a module. */
class LocalUsersIT {
    private static final int HEALTH_PORT = 9010;
    private static final int CONNECTIONS = 700;
    private static final int CONNECT_MILLIS = 200;

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(mirror -> mirror);

    @Test
    void givenAFloodOnTheHealthPort_thenTheCommandIsAnsweredAndThePairStays() throws IOException {
        Node one = PAIR.cluster().node1();
        List<Socket> flood = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                one.host().inside().call(() -> flood.add(opened()));
            }
            for (int i = 0; i < 5; i++) {
                assertTrue(one.lockstep("state", "-m", Mirror.NAME)
                        .expectOk()
                        .out()
                        .contains("PRIM Ready"));
            }
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
        assertTrue(PAIR.cluster().node2().view().is("SECOND Ready"));
    }

    /** A connection that says nothing; one that is not taken any more is part of the flood too. */
    private static Socket opened() {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), HEALTH_PORT), CONNECT_MILLIS);
        } catch (IOException full) {
            return socket;
        }
        return socket;
    }

    @Test
    void givenAHookThatWasChangedInTheAppliedCopy_whenTheDaemonStartsAgain_thenItIsNotRunAndTheModuleSaysSo()
            throws IOException {
        Cluster cluster = PAIR.cluster();
        Node two = cluster.node2();
        two.stopDaemon();
        Path hook = two.onDisk(two.var() + "/applied/" + Mirror.NAME + "/bin/prestart.groovy");
        Path proof = two.onDisk(cluster.site().disk() + "/tampered");
        Files.writeString(
                hook,
                "new File('" + cluster.site().disk() + "/tampered').text = 'run'\n" + Files.readString(hook),
                StandardOpenOption.TRUNCATE_EXISTING);
        two.startDaemon();

        Outcome shown = two.lockstep("state", "-m", Mirror.NAME);
        assertTrue(shown.out().contains("unusable"), shown.toString());
        assertTrue(shown.out().contains("prestart.groovy"), shown.toString());
        assertFalse(two.lockstep("start", "-m", Mirror.NAME).ok());
        assertFalse(Files.exists(proof), "what nobody applied was run");
        cluster.await(cluster.node1(), "ALONE Ready");

        two.lockstep("config", "-m", Mirror.NAME).expectOk();
        two.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster.awaitPair(cluster.node1());
        assertFalse(Files.exists(proof));
    }
}
